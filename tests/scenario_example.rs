//! The example that runs scenarios: what it answers to what it cannot read, and when it fails.
#![expect(clippy::unwrap_used, reason = "a folder that cannot be made is a failed test")]
#![cfg(feature = "testing")]

#[path = "../examples/scenario.rs"]
#[expect(dead_code, reason = "the tests call what stands below `main`")]
mod example;

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

const STORY: &str = "scenario: short\norder:\n    line: cup × 1 at 5.00\ngiven paid\n";

/// Whether everything came out well, and what is printed.
fn answered(named: &[&Path]) -> (bool, String) {
    let named: Vec<PathBuf> = named.iter().map(|path| path.to_path_buf()).collect();
    let mut out = Vec::new();
    let well = example::answer(&named, &mut out).unwrap();
    (well, String::from_utf8(out).unwrap())
}

/// A folder of this name with nothing in it.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn a_folder_stands_for_the_scenarios_in_it_and_below() {
    let stories = folder("stories");
    fs::create_dir_all(stories.join("below/empty")).unwrap();
    fs::write(stories.join("one.txt"), STORY).unwrap();
    fs::write(stories.join("below/two.txt"), STORY).unwrap();
    fs::write(stories.join("README.md"), "no scenario").unwrap();
    let (well, said) = answered(&[&stories]);
    assert!(well && said.ends_with("2 scenarios, 0 failed\n"), "{said}");
}

#[test]
fn what_cannot_be_had_is_said_and_fails() {
    let (stories, empty) = (folder("beside"), folder("empty"));
    fs::write(stories.join("one.txt"), STORY).unwrap();
    fs::write(empty.join("README.md"), "no scenario").unwrap();
    for (named, why) in [
        (empty.as_path(), "there is no scenario in this folder: no file ends in .txt"),
        (Path::new("no/such/file.txt"), "it cannot be read: "),
        (Path::new("--nonsense"), "there is no such option; `--help` says what there is"),
    ] {
        let (well, said) = answered(&[&stories, named]);
        assert!(!well && said.contains(why) && said.ends_with("2 scenarios, 1 failed\n"), "{said}");
    }
    let (well, said) = answered(&[]);
    assert!(!well && said.starts_with("which scenarios?"), "{said}");
}

#[test]
fn help_is_an_answer() {
    let (well, said) = answered(&[Path::new("--help")]);
    assert!(well && said.contains("scenario --features testing -- FILE..."), "{said}");
}

/// A reader that has read enough.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_goes_is_no_panic() {
    let fault = example::answer(&[PathBuf::from("--help")], &mut Gone).unwrap_err();
    assert_eq!(fault.kind(), ErrorKind::BrokenPipe);
}
