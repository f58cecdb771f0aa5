//! `trailhunt deploy-alerts`: preflight, the differences, the question, the change.

use std::sync::Arc;

use super::account::{Site, listen};
use super::options;
use crate::alerting::deploy::{self, Step, Tell, Wanted, trail, words};
use crate::alerting::names::{FORWARDER_STACK, HOME_STACK, TRAIL_STACK};
use crate::alerting::options::Options;
use crate::alerting::preflight::{bucket, recorders, trail as trails};
use crate::alerting::stacks::{Stack, Stop};
use crate::alerting::{pack, rules, templates};
use crate::cli::DeployArgs;
use crate::clock;
use crate::commands::respond::in_runtime;
use crate::commands::to_stdout;
use crate::error::{Exit, Failure};
use crate::investigation::run_id;
use crate::output::alerts::deploy::{Part, write};
use crate::output::{self, Format};
use crate::playbook::catalogue;
use crate::report::alerting::ALERTS_VERSION;
use crate::report::alerting::deploy::{
    Deployment, Preflight, StackAction, StackKind, StackOutcome, TrailUse,
};
use crate::report::response::Progress;
use crate::report::{Next, Tool};
use crate::terminal::{Answer, Terminal};

/// Home needs a trail to hear of anything, and forwarders need the role and the bus of home.
const ORDER: [StackKind; 3] = [StackKind::Trail, StackKind::Home, StackKind::Forwarder];

/// Runs the command.
///
/// # Errors
/// Where there is no answer: see [`crate::error::Failure`].
pub fn run(args: &DeployArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    in_runtime(async {
        let stop = listen();
        let preparing = Box::pin(prepare(args, terminal));
        let (site, options, preflight, wanted) = tokio::select! {
            prepared = preparing => prepared?,
            Ok(()) = tokio::signal::ctrl_c() => return Err(interrupted().into()),
        };
        let desk = Desk { args, terminal };
        desk.deploy(&site, &options, preflight, wanted, &stop).await
    })?
}

/// Everything that is looked at before the first change set, and the stacks that are wanted.
async fn prepare(
    args: &DeployArgs,
    terminal: &Terminal,
) -> Result<(Site, Options, Preflight, Vec<Wanted>), Failure> {
    let site = Site::open(&args.account, terminal).await?;
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
    let (preflight, trail) = looked?;
    let rules = rules::compile(
        catalogue::builtin()?,
        options.read_events,
        &options.findings,
    );
    let mut wanted: Vec<Wanted> = trail.into_iter().collect();
    wanted.push(Wanted {
        stack: Stack::new(&site.aws, &site.home, HOME_STACK),
        kind: StackKind::Home,
        template: Some(templates::home(&options, &rules)),
    });
    let forwarder = templates::forwarder(&options, &pack::pack(&rules.alerts));
    let forwarders = site.enabled.iter().map(|region| Wanted {
        stack: Stack::new(&site.aws, region, FORWARDER_STACK),
        kind: StackKind::Forwarder,
        template: options.regions.contains(region).then(|| forwarder.clone()),
    });
    wanted.extend(forwarders);
    Ok((site, options, preflight, wanted))
}

/// The preflight, and the stack of the trail where it is ours.
async fn look(
    args: &DeployArgs,
    terminal: &Terminal,
    site: &Site,
    options: &Options,
) -> Result<(Preflight, Option<Wanted>), Failure> {
    let (aws, home, account) = (&site.aws, &site.home, &site.caller.account);
    let stack = Stack::new(aws, home, TRAIL_STACK);
    let (found, standing, kept, recorders) = tokio::join!(
        trails::find(aws, home),
        stack.standing(),
        bucket::is_kept(aws, account, home),
        recorders::find(aws, &options.regions),
    );
    let standing = standing.map_err(|why| {
        Failure::failed(format!(
            "{home}: stack {TRAIL_STACK} could not be looked at: {why}"
        ))
    })?;
    let used = match trail::decide(args.trail, &found, &standing)? {
        Some(used) => used,
        None => ask_about_the_trail(args, terminal, &found.reason).await?,
    };
    if used == TrailUse::Made {
        trail::is_free(&found)?;
    }
    let kept_bucket = match kept {
        Ok(is_kept) => is_kept.then(|| bucket::name(account, home)),
        Err(why) => {
            if used == TrailUse::Made {
                terminal.warn(&format!(
                    "whether an earlier bucket can be used is not known: {why}"
                ));
            }
            None
        }
    };
    let wanted = trail::template(used, &standing, kept_bucket.as_deref()).map(|template| Wanted {
        stack,
        kind: StackKind::Trail,
        template: Some(template),
    });
    let is_watched = |region: &&String| options.regions.contains(region);
    let preflight = Preflight {
        partition: site.partition().to_owned(),
        regions: options.regions.clone(),
        unwatched: site
            .enabled
            .iter()
            .filter(|it| !is_watched(it))
            .cloned()
            .collect(),
        trail: found,
        trail_use: used,
        kept_bucket: kept_bucket.filter(|_| used == TrailUse::Made),
        recorders,
    };
    Ok((preflight, wanted))
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
    let answer = match args.yes {
        true => Answer::Nobody,
        false => terminal.confirm(&question).await,
    };
    match answer {
        Answer::Yes => Ok(TrailUse::Made),
        Answer::No => Ok(TrailUse::None),
        Answer::Interrupted => Err(interrupted()),
        Answer::Nobody => Err(Failure::usage(format!(
            "whether a trail suits is not known: {reason}"
        ))
        .hint(
            "pass --trail none to rely on the trail that is there, or --trail create to make one (a second copy of \
             events is charged)",
        )),
    }
}

fn interrupted() -> Failure {
    Failure {
        message: "interrupted: nothing was changed".to_owned(),
        ..Failure::interrupted()
    }
}

/// Whoever is asked and told.
struct Desk<'d> {
    args: &'d DeployArgs,
    terminal: &'d Terminal,
}

impl Desk<'_> {
    async fn deploy(
        &self,
        site: &Site,
        options: &Options,
        preflight: Preflight,
        wanted: Vec<Wanted>,
        stop: &Stop,
    ) -> anyhow::Result<Exit> {
        let run_id = run_id();
        let tell = tell(self.terminal);
        let steps = deploy::plan(wanted, &format!("trailhunt-{run_id}"), &tell, stop).await;
        if *stop.borrow() {
            self.take_back(steps).await;
            return Err(interrupted().into());
        }
        let notes = self.notes(&preflight, &steps).await;
        let mut answer = Deployment {
            schema_version: ALERTS_VERSION,
            tool: Tool::THIS,
            run_id,
            generated_at: clock::wall(),
            caller: site.caller.clone(),
            home: site.home.clone(),
            state: planned(&steps),
            cost: words::cost(&preflight),
            preflight,
            stacks: stacks(&steps),
            notes,
            todo: Vec::new(),
            next: Vec::new(),
        };
        if answer.state != Progress::Planned || self.args.dry_run {
            self.take_back(steps).await;
            if answer.state == Progress::Nothing {
                self.afterwards(&mut answer, site, options).await;
            }
            self.show(&answer, Part::Plan)?;
            return Ok(exit(&answer));
        }
        self.show_plan(&answer)?;
        let agreed = if self.args.yes {
            Answer::Yes
        } else {
            self.terminal.confirm(&question(&answer)).await
        };
        if agreed != Answer::Yes {
            self.take_back(steps).await;
            return self.declined(answer, agreed);
        }
        let steps = deploy::carry_out(steps, ORDER, &tell, stop).await;
        answer.stacks = stacks(&steps);
        answer.state = carried(&answer, *stop.borrow());
        answer.generated_at = clock::wall();
        self.afterwards(&mut answer, site, options).await;
        self.show(&answer, Part::Outcome)?;
        Ok(exit(&answer))
    }

    /// Takes the change sets back, and says what is left of them.
    async fn take_back(&self, steps: Vec<Step>) {
        for left in deploy::discard(steps).await {
            self.terminal.warn(&left);
        }
    }

    /// What to know before saying yes.
    async fn notes(&self, preflight: &Preflight, steps: &[Step]) -> Vec<String> {
        let mut notes = words::notes(preflight);
        let home = steps
            .iter()
            .find(|step| step.wanted.kind == StackKind::Home);
        if let Some(step) = home
            && let Some(template) = &step.wanted.template
        {
            let before = match step.report.action {
                StackAction::Update => step.wanted.stack.template().await,
                // what is blocked is not changed
                StackAction::None | StackAction::Blocked => Ok(template.body.clone()),
                _ => Ok(String::new()),
            };
            match before {
                Ok(before) => {
                    let (before, after) = (
                        words::subscribers(&before),
                        words::subscribers(&template.body),
                    );
                    notes.extend(words::told(&before, &after));
                }
                Err(why) => notes.push(format!("who is told now could not be looked at: {why}")),
            }
        }
        notes
    }

    /// What is left to do, where the home stack is there.
    async fn afterwards(&self, answer: &mut Deployment, site: &Site, options: &Options) {
        let mut stacks = answer.stacks.iter();
        let has_home = stacks.any(|stack| {
            let holds = [StackOutcome::Done, StackOutcome::Unchanged];
            stack.kind == StackKind::Home && holds.contains(&stack.outcome)
        });
        if !has_home {
            return;
        }
        let account = &site.caller.account;
        answer.todo = words::todo(&site.aws, options, site.partition(), account).await;
        let next = |command, why: &str| Next {
            why: why.to_owned(),
            argv: site.command(command, &self.args.account),
            reference: None,
        };
        answer.next = vec![
            next("test-alerts", "prove that alerts arrive"),
            next("alerts-status", "see whether they would, any time"),
        ];
    }

    fn declined(&self, mut answer: Deployment, said: Answer) -> anyhow::Result<Exit> {
        match said {
            Answer::Interrupted => return Err(interrupted().into()),
            Answer::Nobody => {
                let nobody = "nothing was changed: there is no terminal to ask on";
                return Err(Failure::declined(nobody)
                    .hint("look at the plan, then pass --yes")
                    .into());
            }
            Answer::Yes | Answer::No => {}
        }
        answer.state = Progress::Declined;
        for stack in &mut answer.stacks {
            if stack.outcome == StackOutcome::Planned {
                stack.outcome = StackOutcome::NotTried;
            }
        }
        self.terminal.note("declined: nothing was changed");
        if self.args.account.format == Format::Json {
            self.show(&answer, Part::Outcome)?;
        }
        Ok(exit(&answer))
    }

    /// The plan, to whoever is asked about it: JSON has stdout for itself, and only the end of it.
    fn show_plan(&self, answer: &Deployment) -> anyhow::Result<()> {
        if self.args.account.format != Format::Json {
            return self.show(answer, Part::Plan);
        }
        if self.args.yes {
            return Ok(());
        }
        let mut text = Vec::new();
        let style = self.terminal.style(false, chrono_tz::Tz::UTC, true);
        write(answer, Part::Plan, &style, &mut text)?;
        self.terminal.page(&text);
        Ok(())
    }

    fn show(&self, answer: &Deployment, part: Part) -> anyhow::Result<()> {
        let style = self.terminal.style(false, chrono_tz::Tz::UTC, false);
        to_stdout(|mut out| match self.args.account.format {
            Format::Json => output::write_document(answer, &mut out),
            _ => write(answer, part, &style, &mut out),
        })
    }
}

/// Progress, a line a Region; with `-v` every event besides.
pub(super) fn tell(terminal: &Terminal) -> Tell {
    let (progress, terminal) = (terminal.progress(), *terminal);
    Arc::new(move |region, fraction, what| {
        progress.part(region, fraction, what);
        if !what.is_empty() {
            progress.aside(|| terminal.detail(&format!("{region}: {what}")));
        }
    })
}

/// What the plan says of each stack, but of those that nobody wants and that are not there.
fn stacks(steps: &[Step]) -> Vec<crate::report::alerting::deploy::StackStep> {
    let steps = steps
        .iter()
        .filter(|step| step.wanted.template.is_some() || step.report.action != StackAction::None);
    steps.map(|step| step.report.clone()).collect()
}

/// What the plan comes to.
fn planned(steps: &[Step]) -> Progress {
    let is_wanted = |step: &&Step| step.wanted.template.is_some();
    let blocked = |step: &Step| step.report.action == StackAction::Blocked;
    let has_no_home = steps
        .iter()
        .any(|step| step.report.kind == StackKind::Home && blocked(step));
    if has_no_home {
        return Progress::Failed;
    }
    if steps.iter().any(Step::is_to_do) {
        return Progress::Planned;
    }
    if steps.iter().filter(is_wanted).any(blocked) {
        return Progress::Failed;
    }
    Progress::Nothing
}

fn question(answer: &Deployment) -> String {
    let planned = answer
        .stacks
        .iter()
        .filter(|stack| stack.outcome == StackOutcome::Planned);
    let stacks = match planned.count() {
        1 => "1 stack".to_owned(),
        count => format!("{count} stacks"),
    };
    format!(
        "Make these changes to {stacks} in account {}?",
        answer.caller.account
    )
}

/// What the run has come to.
fn carried(answer: &Deployment, is_interrupted: bool) -> Progress {
    let is = |outcome: StackOutcome| {
        move |stack: &&_| -> bool {
            let stack: &&crate::report::alerting::deploy::StackStep = stack;
            stack.outcome == outcome
        }
    };
    let count = |outcome| answer.stacks.iter().filter(is(outcome)).count();
    let holds = count(StackOutcome::Done) + count(StackOutcome::Unchanged);
    if is_interrupted && count(StackOutcome::GoingOn) + count(StackOutcome::NotTried) > 0 {
        Progress::Interrupted
    } else if holds == answer.stacks.len() {
        Progress::Done
    } else if count(StackOutcome::Done) > 0 {
        Progress::Partial
    } else {
        Progress::Failed
    }
}

/// What the answer ends with.
fn exit(answer: &Deployment) -> Exit {
    match answer.state {
        Progress::Planned
            if answer
                .stacks
                .iter()
                .any(|stack| stack.outcome == StackOutcome::Failed) =>
        {
            Exit::Failed
        }
        Progress::Planned | Progress::Nothing | Progress::Done => Exit::Complete,
        Progress::Partial | Progress::Failed => Exit::Failed,
        Progress::Declined => Exit::Declined,
        Progress::Interrupted => Exit::Interrupted,
    }
}
