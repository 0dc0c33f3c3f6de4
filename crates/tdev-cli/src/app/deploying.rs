//! What services of the project are deployed and run with.

use std::sync::Arc;

use tdev_agents::deployer::{Ground, Settings};
use tdev_core::Result;
use tdev_core::ports::{LanguageModel, Targets};
use tdev_core::service::{Granted, Limits, TargetKind};
use tdev_service::{LocalTarget, Place};

use super::App;
use crate::config::{self, EnvSecrets};

impl App {
    /// This machine as a target.
    pub(super) fn local_target(&self, model: Option<Arc<dyn LanguageModel>>) -> Result<Targets> {
        let home = self.home()?;
        let ground = tdev_service::Ground {
            project: self.config.project(),
            root: self.config.root.clone(),
            secrets: Arc::new(EnvSecrets::of(&self.config.root)),
            artifacts: self.artifacts()?,
            interpreter: config::interpreters(),
            model,
            sessions: Some(home.sessions()),
            clock: self.clock(),
        };
        let place = Place {
            definitions: self.artifacts()?,
            log: home.service_log(),
        };
        let local = LocalTarget::new(ground, place);
        Ok(Targets::default().with(TargetKind::Local, Arc::new(local)))
    }

    /// What the deployer works on.
    pub(super) fn deploying_ground(&self, targets: Targets) -> Result<Ground> {
        let home = self.home()?;
        Ok(Ground {
            registry: home.registry(),
            artifacts: self.artifacts()?,
            workflows: home.workflows(),
            runs: home.runs(),
            services: home.services(),
            log: home.service_log(),
            targets,
            settings: Arc::new(self.allowed()),
            clock: self.clock(),
            project: self.config.project(),
        })
    }

    /// What `tdev.toml` allows services.
    fn allowed(&self) -> Settings {
        let manifest = &self.config.manifest;
        let granted = &manifest.permissions;
        Settings {
            granted: Granted {
                read: granted.read.clone(),
                write: granted.write.clone(),
                http: granted.http.clone(),
                smtp: granted.smtp.clone(),
                databases: granted.databases.clone(),
            },
            config: manifest.components.clone(),
            limits: Limits {
                time_seconds: manifest.limits.time_seconds,
                memory_mib: manifest.limits.memory_mib,
                output_kib: manifest.limits.output_kib,
                ..Limits::default()
            },
        }
    }
}
