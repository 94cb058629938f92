//! Pings a WebSub hub about changed feeds. The feeds are already published, so a failure is only a warning.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use feedmill::{Locking, Publication, Settings, WebUrl, websub_pinged};
use ureq::Agent;

/// The time limit of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The time limit of all requests together; the next run pings about the remaining feeds.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(60);

/// The pause before each retry.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// The answer of a hub to a ping.
enum Answer {
    Accepted,
    /// With the status. The same ping would be refused again.
    Refused(String),
    /// With a reason that may be temporary.
    Failed(String),
}

/// Pings the hub about every feed that it does not know yet, and records which pings it answered.
pub(crate) fn ping_changed(
    settings: &Settings,
    locking: Locking,
    publication: &mut Publication,
    stop: impl Fn() -> bool,
) {
    let (Some(hub), Some(base)) = (&settings.site.hub, &settings.site.base_url) else { return };
    if publication.websub_pending.is_empty() {
        return;
    }
    let start = Instant::now();
    let agent = agent();
    let mut answered = BTreeMap::new();
    let mut refusals = Vec::new();
    for (name, hash) in &publication.websub_pending {
        let Ok(feed) = base.join(name) else { continue };
        let answer = if stop() || start.elapsed() > TOTAL_TIMEOUT {
            Answer::Failed("out of time".to_owned())
        } else {
            ping(&agent, hub, &feed, &stop)
        };
        match answer {
            Answer::Accepted => {}
            Answer::Refused(status) => refusals.push(format!("{name}: {status}")),
            Answer::Failed(reason) => {
                let rest = publication.websub_pending.len() - answered.len();
                publication.warnings.push(format!(
                    "cannot ping the hub {hub} about {rest} feed files, the next run tries again: {reason}"
                ));
                break;
            }
        }
        answered.insert(name.clone(), *hash);
    }
    if let Some(first) = refusals.first() {
        let others = match refusals.len() - 1 {
            0 => String::new(),
            count => format!(" and {count} others"),
        };
        publication.warnings.push(format!("the hub {hub} refused a ping about {first}{others}"));
    }
    // A run that has started meanwhile pings the hub too. At worst it receives the same ping twice.
    if websub_pinged(&settings.output, locking, &answered).is_ok() {
        publication.websub_pending.retain(|name, _| !answered.contains_key(name));
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .timeout_global(Some(REQUEST_TIMEOUT))
        .http_status_as_error(false)
        // A redirect would turn the POST into a GET.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("feedmill/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}

/// Pings the hub about one feed (WebSub, section 6; the form is that of `PubSubHubbub` 0.4, section 7).
fn ping(agent: &Agent, hub: &WebUrl, feed: &WebUrl, stop: &impl Fn() -> bool) -> Answer {
    let form = [("hub.mode", "publish"), ("hub.url", feed.as_str())];
    let mut pauses = PAUSES.iter();
    loop {
        let reason = match agent.post(hub.as_str()).send_form(form) {
            Ok(response) => {
                let status = response.status();
                // 408 "Request Timeout" and 429 "Too Many Requests" are temporary.
                let is_temporary = matches!(status.as_u16(), 408 | 429);
                if status.is_success() {
                    return Answer::Accepted;
                } else if status.is_client_error() && !is_temporary {
                    return Answer::Refused(status.to_string());
                }
                status.to_string()
            }
            Err(error) => error.to_string(),
        };
        match pauses.next() {
            Some(pause) if !stop() => sleep(*pause),
            _ => return Answer::Failed(reason),
        }
    }
}
