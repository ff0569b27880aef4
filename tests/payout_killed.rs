//! Refunds while everything is killed: processes on one SQLite file, and a PostgreSQL server under its workers. The channel
//! lives on, loses requests and answers, and forgets keys; at the end each refund was really paid once, and every commit
//! that was acknowledged is there.
//!
//! `KILLS=400 REDRESS_KILLS=12 cargo test --all-features --test payout_killed -- --nocapture` for a long run; 20 processes
//! and 2 servers without.

#![cfg(all(unix, any(feature = "sqlite", feature = "postgres")))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[cfg(feature = "sqlite")]
#[path = "payout_killed/in_a_file.rs"]
mod in_a_file;
#[cfg(feature = "postgres")]
#[path = "payout_killed/on_a_server.rs"]
mod on_a_server;
#[cfg(feature = "postgres")]
mod server;
#[path = "payout_killed/shop.rs"]
mod shop;
#[cfg(feature = "sqlite")]
mod stored;
