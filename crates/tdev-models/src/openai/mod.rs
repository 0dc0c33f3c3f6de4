//! A client of any endpoint that speaks OpenAI's chat completions: hosted services, and servers
//! on one's own machine.

mod exchange;
mod failure;
mod reply;
mod request;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tdev_core::model::{ModelReply, ModelRequest};
use tdev_core::ports::{Clock, LanguageModel, Listener, ModelCard, Scope};
use tdev_core::{Code, Error, Result};
use tokio::sync::mpsc;
use url::{Host, Url};

use self::exchange::{Exchange, exchange};
use self::failure::Failure;
use crate::patience::{Patience, Pause};

/// Where the key comes from, asked anew for each call; none where the endpoint needs no key.
pub type KeySource = Box<dyn Fn() -> Result<Option<String>> + Send + Sync>;

/// How long a call may take and how much it may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until the connection stands.
    pub connect: Duration,
    /// Between two pieces of the answer, and before the first.
    pub silence: Duration,
    /// For one try, all in all.
    pub whole: Duration,
    /// Bytes of one answer, as they come over the wire.
    pub most_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(60),
            whole: Duration::from_secs(180),
            most_bytes: 8 << 20,
        }
    }
}

/// What a client is made of.
pub struct Parts {
    /// The base URL, `https://api.openai.com/v1`; `/chat/completions` is added.
    pub url: String,
    /// The model's id and price.
    pub card: ModelCard,
    /// Its key.
    pub key: KeySource,
    /// Its bounds.
    pub limits: Limits,
    /// How failures that may pass are met.
    pub patience: Patience,
    /// How waiting is done.
    pub pause: Arc<dyn Pause>,
    /// Time, to understand a service that says until when to wait.
    pub clock: Arc<dyn Clock>,
}

/// A model behind an endpoint.
pub struct OpenAi {
    parts: Parts,
    to: Url,
    agent: ureq::Agent,
}

impl OpenAi {
    /// A client. Nothing is sent.
    ///
    /// # Errors
    /// `InvalidConfig` for a URL that is none.
    pub fn new(parts: Parts) -> Result<Self> {
        let to = completions(&parts.url)?;
        let config = ureq::Agent::config_builder()
            // The environment is read in one place of the program, and not here.
            .proxy(None)
            // What is meant for one server, the key above all, is not told to another.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_connect(Some(parts.limits.connect))
            .timeout_per_read(Some(parts.limits.silence))
            .timeout_global(Some(parts.limits.whole))
            .user_agent("T-Developer")
            .build();
        Ok(Self {
            agent: config.into(),
            parts,
            to,
        })
    }

    async fn once(&self, body: &Arc<[u8]>, listener: &dyn Listener) -> Result<ModelReply, Failure> {
        let key = (self.parts.key)().map_err(Failure::last)?;
        if key.is_some() && self.to.scheme() == "http" && !is_here(&self.to) {
            return Err(Failure::last(
                Error::new(
                    Code::InvalidConfig,
                    "a key is not sent to another machine without encryption",
                )
                .field("models.url")
                .hint("use an https URL, or leave `key_secret` out"),
            ));
        }
        let (pieces, mut heard) = mpsc::unbounded_channel();
        let one = Exchange {
            agent: self.agent.clone(),
            to: self.to.clone(),
            key,
            body: Arc::clone(body),
            most_bytes: self.parts.limits.most_bytes,
            now: self.parts.clock.now(),
        };
        let done = tokio::task::spawn_blocking(move || exchange(&one, &pieces));
        while let Some(piece) = heard.recv().await {
            listener.text(&piece);
        }
        done.await.unwrap_or_else(|fault| {
            Err(Failure::last(Error::new(
                Code::Internal,
                format!("the call of the language model ended abnormally: {fault}"),
            )))
        })
    }
}

#[async_trait]
impl LanguageModel for OpenAi {
    fn card(&self) -> &ModelCard {
        &self.parts.card
    }

    async fn converse(
        &self,
        request: &ModelRequest,
        _scope: &Scope,
        listener: &dyn Listener,
    ) -> Result<ModelReply> {
        let body: Arc<[u8]> = request::body(request, &self.parts.card.id, &self.to).into();
        let mut tried = 0;
        loop {
            let failure = match self.once(&body, listener).await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            tried += 1;
            let wait = match failure.again {
                Some(asked) => self.parts.patience.wait(tried, asked),
                None => None,
            };
            match wait {
                Some(time) => self.parts.pause.pause(time).await,
                None => return Err(failure.told(tried)),
            }
        }
    }
}

fn completions(base: &str) -> Result<Url> {
    let wrong = |reason: String| Error::new(Code::InvalidConfig, reason).field("models.url");
    let url = Url::parse(base).map_err(|fault| {
        wrong(format!("`{base}` is not a URL: {fault}"))
            .hint("for example https://api.openai.com/v1 or http://127.0.0.1:11434/v1")
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong(format!("`{base}` cannot be called")).hint("use an http or https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            wrong("the URL of a model must not carry a user name or password".into())
                .hint("name the secret that holds the key in `key_secret`"),
        );
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let mut url = url;
    if !path.ends_with("/chat/completions") {
        url.set_path(&format!("{path}/chat/completions"));
    }
    Ok(url)
}

/// Whether a URL leads to this very machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_leads_to_its_completions() {
        for (base, to) in [
            (
                "https://api.openai.com/v1",
                "https://api.openai.com/v1/chat/completions",
            ),
            (
                "http://127.0.0.1:11434/v1/",
                "http://127.0.0.1:11434/v1/chat/completions",
            ),
            (
                "https://x.example/chat/completions?api-version=1",
                "https://x.example/chat/completions?api-version=1",
            ),
        ] {
            assert_eq!(completions(base).unwrap().as_str(), to);
        }
        for wrong in [
            "api.openai.com/v1",
            "file:///etc",
            "https://me:pw@x.example/v1",
        ] {
            assert_eq!(completions(wrong).unwrap_err().code, Code::InvalidConfig);
        }
    }
}
