//! Tells a WebSub hub which feeds changed. The only module that talks to the network; whatever the
//! hub does, feeds are published by then, and it costs a warning at most.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use feedmill::{Locking, Publication, Settings, WebUrl, websub_pinged};
use ureq::Agent;

/// How long the hub may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the hub may take altogether; of the rest the next run tells.
const ALL_PATIENCE: Duration = Duration::from_secs(60);

/// How long to wait before each further attempt.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// Tells the hub of every feed that it does not know of yet, and takes note of which it was told.
pub(crate) fn announce(
    settings: &Settings,
    locking: Locking,
    publication: &mut Publication,
    stop: impl Fn() -> bool,
) {
    let (Some(hub), Some(base)) = (&settings.site.hub, &settings.site.base_url) else { return };
    if publication.websub_pending.is_empty() {
        return;
    }
    let began = Instant::now();
    let agent = agent();
    let mut told = BTreeMap::new();
    let mut refusals = Vec::new();
    for (name, hash) in &publication.websub_pending {
        let Ok(feed) = base.join(name) else { continue };
        let answer = if stop() || began.elapsed() > ALL_PATIENCE {
            Err("there was no more time".to_owned())
        } else {
            tell(&agent, hub, &feed, &stop)
        };
        match answer {
            Ok(refusal) => {
                told.insert(name.clone(), *hash);
                refusals.extend(refusal.map(|refusal| format!("{name}: {refusal}")));
            }
            Err(reason) => {
                let rest = publication.websub_pending.len() - told.len();
                publication.warnings.push(format!(
                    "the hub {hub} was not told of {rest} changed files, the next run does it: {reason}"
                ));
                break;
            }
        }
    }
    if let Some(first) = refusals.first() {
        let count = refusals.len();
        publication
            .warnings
            .push(format!("the hub {hub} refused {count} changed files, such as {first}"));
    }
    // Another run that has begun tells the hub as well. At worst it hears the same twice.
    if websub_pinged(&settings.output, locking, &told).is_ok() {
        publication.websub_pending.retain(|name, _| !told.contains_key(name));
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        // It would make a question of what is said.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("feedmill/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}

/// Tells the hub of one feed (WebSub, section 6; the form is that of `PubSubHubbub` 0.4, section 7).
///
/// The answer may be a refusal, which is for good: the same again would be refused again. The error
/// is what may pass.
fn tell(
    agent: &Agent,
    hub: &WebUrl,
    feed: &WebUrl,
    stop: &impl Fn() -> bool,
) -> Result<Option<String>, String> {
    let form = [("hub.mode", "publish"), ("hub.url", feed.as_str())];
    let mut pauses = PAUSES.iter();
    loop {
        let reason = match agent.post(hub.as_str()).send_form(form) {
            Ok(answer) if answer.status().is_success() => return Ok(None),
            Ok(answer) => {
                let status = answer.status();
                // Timeout and "too many requests" are no judgement of the request.
                if status.is_client_error() && !matches!(status.as_u16(), 408 | 429) {
                    return Ok(Some(status.to_string()));
                }
                status.to_string()
            }
            Err(error) => error.to_string(),
        };
        match pauses.next() {
            Some(pause) if !stop() => sleep(*pause),
            _ => return Err(reason),
        }
    }
}
