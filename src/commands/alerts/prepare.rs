//! What is looked at before the first change set, and the stacks that are wanted. Nothing is changed here.

use super::{account, options};
use crate::alerting::account::AlertingAccount;
use crate::alerting::deploy::answer::PreparedDeployment;
use crate::alerting::deploy::{DesiredStack, trail};
use crate::alerting::names::{FORWARDER_STACK, HOME_STACK, TRAIL_STACK};
use crate::alerting::options::AlertingOptions;
use crate::alerting::preflight::homes::{self, OtherHomes};
use crate::alerting::preflight::{bucket, recorders, trail as trails};
use crate::alerting::stacks::Stack;
use crate::alerting::{pack, rules, templates};
use crate::cli::DeployArgs;
use crate::commands::runtime::interrupted;
use crate::error::Failure;
use crate::playbook::catalogue;
use crate::report::alerting::deploy::{Preflight, StackKind, TrailUse};
use crate::terminal::{PromptAnswer, Terminal};

/// Looks at the account.
///
/// # Errors
/// Those of the credentials, and a usage failure for flags that cannot hold, or where somebody would have to be asked.
pub async fn prepare(
    args: &DeployArgs,
    terminal: &Terminal,
) -> Result<PreparedDeployment, Failure> {
    let site = account::open(&args.account, terminal).await?;
    let options = options(
        &args.who,
        &args.tuning,
        &args.watched,
        &site.home,
        &site.enabled,
        terminal,
    )?;
    if options.is_silent() {
        let what = "nobody would hear of the alerts: no recipient is given";
        let hint = "pass --email ADDRESS, --slack-webhook-parameter NAME, --webhook-parameter NAME or --chat; \
                    what is given is what holds afterwards";
        return Err(Failure::usage(what).hint(hint));
    }
    let progress = terminal.progress();
    progress.part("preflight", 0.0, "looking at trails and recorders");
    let looked = look(args, terminal, &site, &options).await;
    progress.clear();
    let (preflight, trail, notes) = looked?;
    let mut desired: Vec<DesiredStack> = trail.into_iter().collect();
    desired.extend(stacks(&site, &options)?);
    Ok(PreparedDeployment {
        site,
        options,
        preflight,
        stacks: desired,
        notes,
    })
}

/// Home and forwarders; in Regions that are not watched, none is wanted.
fn stacks(site: &AlertingAccount, options: &AlertingOptions) -> Result<Vec<DesiredStack>, Failure> {
    let catalogue = catalogue::builtin()?;
    let rules = rules::compile(catalogue, options.read_events, &options.findings);
    let home = DesiredStack {
        stack: Stack::new(&site.aws, &site.home, HOME_STACK),
        kind: StackKind::Home,
        template: Some(templates::home(options, &rules)),
    };
    let forwarder = templates::forwarder(options, &pack::pack(&rules.alerts));
    let forwarders = site.enabled.iter().map(|region| DesiredStack {
        stack: Stack::new(&site.aws, region, FORWARDER_STACK),
        kind: StackKind::Forwarder,
        template: options.regions.contains(region).then(|| forwarder.clone()),
    });
    Ok([home].into_iter().chain(forwarders).collect())
}

/// The preflight, the stack of the trail where it is ours, and what could not be looked at.
async fn look(
    args: &DeployArgs,
    terminal: &Terminal,
    site: &AlertingAccount,
    options: &AlertingOptions,
) -> Result<(Preflight, Option<DesiredStack>, Vec<String>), Failure> {
    let (aws, home, account) = (&site.aws, &site.home, &site.caller.account);
    let stack = Stack::new(aws, home, TRAIL_STACK);
    let (found, standing, kept, recorders, homes) = tokio::join!(
        trails::find(aws, home),
        stack.state(),
        bucket::is_kept(aws, account, home),
        recorders::find(aws, &options.regions),
        homes::find(aws, home, &site.enabled),
    );
    let mut notes = only_home(&homes, home)?;
    let standing = standing.map_err(|why| {
        let what = format!("stack {TRAIL_STACK} in {home} could not be looked at: {why}");
        Failure::failed(what)
    })?;
    let used = match trail::decide(args.trail, &found, &standing)? {
        Some(used) => used,
        None => ask_about_the_trail(args, terminal, &found.reason).await?,
    };
    let mut kept_bucket = None;
    if used == TrailUse::Made {
        trail::is_free(&found)?;
        match kept {
            Ok(is_kept) => kept_bucket = is_kept.then(|| bucket::name(account, home)),
            Err(why) => notes.push(format!(
                "whether the bucket of an earlier trail is there is not known: {why}"
            )),
        }
    }
    let template = trail::template(used, &standing, kept_bucket.as_deref());
    let wanted = template.map(|template| DesiredStack {
        stack,
        kind: StackKind::Trail,
        template: Some(template),
    });
    let unwatched = site.enabled.iter();
    let unwatched = unwatched.filter(|region| !options.regions.contains(region));
    let preflight = Preflight {
        partition: site.partition().to_owned(),
        regions: options.regions.clone(),
        unwatched: unwatched.cloned().collect(),
        trail: found,
        trail_use: used,
        kept_bucket,
        recorders,
    };
    Ok((preflight, wanted, notes))
}

/// In which Regions another home could not be looked for.
///
/// # Errors
/// A usage failure where there is one.
fn only_home(homes: &OtherHomes, home: &str) -> Result<Vec<String>, Failure> {
    if let Some(other) = homes.others.first() {
        let what =
            format!("the alerts have their home in {other} already, and {home} is asked for");
        let hint = format!("pass --region {other}, or first run `trailhunt remove-alerts`");
        return Err(Failure::usage(what).hint(hint));
    }
    let unseen = homes.unseen.iter().map(|(region, why)| {
        format!("whether {region} has another home could not be looked at: {why}")
    });
    Ok(unseen.collect())
}

/// Whether to make a trail, where it is not known whether one suits.
///
/// # Errors
/// A usage failure where nobody can be asked, and on Ctrl-C.
async fn ask_about_the_trail(
    args: &DeployArgs,
    terminal: &Terminal,
    reason: &str,
) -> Result<TrailUse, Failure> {
    let question = format!(
        "Whether a trail suits is not known: {reason}.\nMake one of our own? A second copy of events is charged; with \
         no, the alerts rely on the trail that is there."
    );
    let answer = if args.yes {
        PromptAnswer::Nobody
    } else {
        terminal.confirm(&question).await
    };
    match answer {
        PromptAnswer::Yes => Ok(TrailUse::Made),
        PromptAnswer::No => Ok(TrailUse::None),
        PromptAnswer::Interrupted => Err(interrupted()),
        PromptAnswer::Nobody => Err(Failure::usage(format!(
            "whether a trail suits is not known: {reason}"
        ))
        .hint(
            "pass --trail none to rely on the trail that is there, or --trail create to make one (a second copy of \
             events is charged)",
        )),
    }
}
