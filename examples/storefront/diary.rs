//! What the world outside remembers while no desk is open: people know what they have said, and time has passed. It
//! stands in a file of its own, beside the shop's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use redress::trade::Ledger;
use redress::{Actor, Time};
use serde::{Deserialize, Serialize};

use crate::world::Any;

/// A refusal that somebody met.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Met {
    pub order: String,
    pub at: Time,
    pub actor: Actor,
    /// In English and in Chinese.
    pub why: [String; 2],
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Diary {
    /// What time it was last; none before the first step.
    pub now: Option<Time>,
    /// How many steps of all stories have been taken.
    pub steps: usize,
    pub met: Vec<Met>,
    /// What did not go as the story says.
    pub wrong: Vec<String>,
    /// The endings that were reached, with the money as it stood.
    pub ended: Vec<(String, Ledger)>,
    /// When tasks that could not be carried out are tried again.
    pub again: BTreeSet<Time>,
}

impl Diary {
    /// The diary of the world around this file.
    pub fn path(file: &Path) -> PathBuf {
        let mut path = file.as_os_str().to_owned();
        path.push(".world");
        path.into()
    }

    /// What it says; empty if there is none.
    pub fn read(file: &Path) -> Result<Self, Any> {
        let path = Self::path(file);
        if !path.exists() {
            return Ok(Self::default());
        }
        Ok(serde_json::from_slice(&std::fs::read(path)?)?)
    }

    /// Writes it anew, whole or not at all.
    pub fn write(&self, file: &Path) -> Result<(), Any> {
        let path = Self::path(file);
        let part = path.with_extension("part");
        std::fs::write(&part, serde_json::to_vec(self)?)?;
        Ok(std::fs::rename(part, path)?)
    }
}
