//! What the tools of the proof share: their arguments, what they print, and the lists that they keep.

pub mod args;
pub mod lists;

/// Prints a line. Whoever has read enough and closes the pipe ends the tool, and is not told of a panic.
pub fn say(line: impl std::fmt::Display) {
    use std::io::Write as _;
    if writeln!(std::io::stdout().lock(), "{line}").is_err() {
        std::process::exit(CLOSED);
    }
}

/// The exit code of a tool that nobody reads any more, as shells have it.
const CLOSED: i32 = 141;
