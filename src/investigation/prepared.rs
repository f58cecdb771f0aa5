//! The question, made ready to be applied to events: which variable holds the traced keys, and how it grows.

use super::{BoundSearch, EventPosition, Filter, Question};
use crate::analysis::lineage::GrowthLimits;
use crate::detection::{
    Attribute, Bindings, Calls, Detection, DetectionIndex, ServerAttributes, values_of,
};
use crate::event::glance::Noted;
use crate::event::{Event, FieldPath, path::text_of, resources};
use crate::playbook::{BuiltinPivot, Initial, Novelty, Parameter, ParameterType, Pivot};
use crate::report::Link;

/// A pivot that adds values to a variable.
#[derive(Debug)]
pub struct PathPivot<'q> {
    pub search: usize,
    /// The search wants the same events whatever grows.
    pub is_settled: bool,
    pub when: &'q Detection,
    pub take: &'q FieldPath,
    pub into: &'q str,
}

/// What decides on every event.
#[derive(Debug)]
pub struct PreparedPlaybook<'q> {
    pub searches: &'q [BoundSearch<'q>],
    /// The variable whose values are the keys of the lineage, where the playbook has one.
    pub key_variable: Option<&'q str>,
    /// Pivots into that variable: the tree.
    pub key_pivots: Vec<PathPivot<'q>>,
    /// Pivots into any other variable.
    pub other_pivots: Vec<PathPivot<'q>>,
    pub growth: GrowthLimits,
    /// Findings of what no event that they describe had in the window before: their number, these events, and what.
    pub novelties: Vec<(usize, &'q Detection, &'q Novelty)>,
    /// The searches that an event may concern, where these do not grow.
    index: Option<DetectionIndex>,
    question: &'q Question<'q>,
}

/// What an event is to the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relevance {
    /// It belongs to it.
    Answer,
    /// It explains others, or tells what held before.
    Context,
}

impl<'q> PreparedPlaybook<'q> {
    pub fn of(question: &'q Question<'q>) -> Self {
        let playbook = question.playbook;
        let key_variable = key_variable(question);
        let mut prepared = Self {
            searches: &question.searches,
            key_variable,
            key_pivots: Vec::new(),
            other_pivots: Vec::new(),
            growth: GrowthLimits {
                depth: usize::try_from(playbook.limits.depth).unwrap_or(usize::MAX),
                values: usize::try_from(playbook.limits.values).unwrap_or(usize::MAX),
                ..GrowthLimits::default()
            },
            novelties: novelties(question),
            index: None,
            question,
        };
        for pivot in &playbook.pivots {
            match pivot {
                Pivot::Path {
                    from,
                    when,
                    take,
                    into,
                    ..
                } => {
                    let search = question
                        .searches
                        .iter()
                        .position(|search| search.name == from);
                    let search = search.unwrap_or(0);
                    let pivot = PathPivot {
                        search,
                        is_settled: is_settled(question, search),
                        when,
                        take,
                        into,
                    };
                    if key_variable == Some(into.as_str()) {
                        prepared.key_pivots.push(pivot);
                    } else {
                        prepared.other_pivots.push(pivot);
                    }
                }
                Pivot::Builtin { builtin, .. } => prepared.growth.links.push(match builtin {
                    BuiltinPivot::ConsoleLogin => Link::ConsoleLogin,
                    BuiltinPivot::RoleSession => Link::RoleSession,
                    BuiltinPivot::Compute => Link::Compute,
                    BuiltinPivot::SharedEvent => Link::SharedEvent,
                }),
            }
        }
        prepared.index = index(question);
        prepared
    }

    pub fn parameters(&self) -> &[Parameter] {
        &self.question.playbook.parameters
    }

    /// The variables before any pivot.
    pub fn initial(&self) -> Bindings {
        self.question.bindings.clone()
    }

    /// What a pivot's condition is decided with: parameters, and variables as they began.
    pub fn bindings_of_pivots(&self) -> &Bindings {
        &self.question.bindings
    }

    /// The traced keys.
    pub fn subjects(&self) -> &[String] {
        self.key_variable
            .map_or(&[], |variable| self.question.bindings.values(variable))
    }

    /// Whether an event can make others wanted that came before it.
    pub fn leads_on(&self) -> bool {
        self.key_variable.is_some() || !self.other_pivots.is_empty()
    }

    /// Whether an event can only be judged once all of them were seen.
    pub fn looks_back(&self) -> bool {
        self.leads_on() || !self.novelties.is_empty()
    }

    /// What `event` is to the answer, if anything; `attributes` as in [`Filter::matches`]. Events before the window are
    /// context where a renderer of changes wants to know what held before.
    pub fn relevance(
        &self,
        event: &Event,
        bindings: &Bindings,
        attributes: &ServerAttributes,
    ) -> Option<Relevance> {
        let is_inside = match self.question.place(event) {
            EventPosition::Inside => true,
            EventPosition::Before if self.question.playbook.changes.is_some() => false,
            EventPosition::Before | EventPosition::Outside => return None,
        };
        let wants = |search: &&BoundSearch<'_>| search.filter.matches(event, bindings, attributes);
        let mut wanting = self.candidates(event).filter(wants).peekable();
        wanting.peek()?;
        Some(if is_inside && wanting.any(|search| !search.is_context) {
            Relevance::Answer
        } else {
            Relevance::Context
        })
    }

    /// Whether `event` is of the window before.
    pub fn is_in_baseline(&self, event: &Event) -> bool {
        self.question.is_in_baseline(event)
    }

    /// Whether `event`, of the window before, is one of those that the answer is compared with.
    pub fn is_habit(&self, event: &Event) -> bool {
        let wants = |search: &BoundSearch<'_>| {
            !search.is_context && search.filter.matches(event, self.bindings_of_pivots(), &[])
        };
        self.candidates(event).any(wants)
    }

    /// The searches that `event` may concern.
    fn candidates(&self, event: &Event) -> impl Iterator<Item = &'q BoundSearch<'q>> {
        let searches = self.searches;
        let indexed = self.index.as_ref().map(|index| index.candidates(event));
        let every = self.index.is_none().then_some(searches);
        let indexed = indexed
            .into_iter()
            .flatten()
            .filter_map(|at| searches.get(at));
        every.into_iter().flatten().chain(indexed)
    }

    /// Whether a value that leads on may be taken from `event`: what is known yet decides, as far as it can.
    pub fn may_lead_on(&self, pivot: &PathPivot<'_>, event: &Event) -> bool {
        let bindings = self.bindings_of_pivots();
        let wants = || {
            let search = self.searches.get(pivot.search);
            search.is_some_and(|search| search.filter.matches(event, bindings, &[]))
        };
        // names decide most searches at a glance
        (!pivot.is_settled || wants()) && pivot.when.matches(event, bindings)
    }

    /// The values of a novelty in `event`: each with what it is new to.
    pub fn novel(&self, novelty: &Novelty, event: &Event) -> Vec<(String, String)> {
        let texts = |path: &FieldPath| -> Vec<String> {
            values_of(event, path, self.question.timezone)
                .iter()
                .map(|value| text_of(value).into_owned())
                .collect()
        };
        let per = novelty.per.as_ref().map(texts).unwrap_or_default();
        // what is new in one account may be old in another
        let per = format!("{} {}", event.account().unwrap_or_default(), per.join(", "));
        let values = texts(&novelty.value).into_iter();
        values.map(|value| (per.clone(), value)).collect()
    }
}

/// Whether no pivot adds to what the search at `number` expands.
fn is_settled(question: &Question<'_>, number: usize) -> bool {
    let grows = |name: &str| {
        let mut pivots = question.playbook.pivots.iter();
        pivots.any(|pivot| match pivot {
            Pivot::Path { into, .. } | Pivot::Builtin { into, .. } => into == name,
        })
    };
    let search = question.searches.get(number);
    search.is_some_and(|search| match &search.filter {
        Filter::Detection(detection) => {
            let mut expanded = detection.placeholders().iter();
            !expanded.any(|placeholder| grows(&placeholder.name))
        }
        Filter::Attributes(_) => true,
    })
}

/// An index of the searches; none where pivots change what they want, or there are too few to be worth it.
fn index(question: &Question<'_>) -> Option<DetectionIndex> {
    const FEW: usize = 4;
    if !question.playbook.pivots.is_empty() || question.searches.len() < FEW {
        return None;
    }
    let searches = question.searches.iter();
    let detections = searches.filter_map(|search| match &search.filter {
        Filter::Detection(detection) => Some(*detection),
        Filter::Attributes(_) => None,
    });
    let detections: Vec<_> = detections.collect();
    (detections.len() == question.searches.len())
        .then(|| DetectionIndex::of(detections, &question.bindings))
}

fn novelties<'q>(question: &'q Question<'q>) -> Vec<(usize, &'q Detection, &'q Novelty)> {
    if question.baseline.is_none() {
        return Vec::new();
    }
    let findings = question.playbook.findings.iter().enumerate();
    findings
        .filter_map(|(number, finding)| Some((number, &finding.when, finding.new.as_ref()?)))
        .collect()
}

impl Filter<'_> {
    /// Whether the search wants `event`, which the server says has these `attributes` besides those
    /// of the record (facts: A11).
    pub fn matches(
        &self,
        event: &Event,
        bindings: &Bindings,
        attributes: &ServerAttributes,
    ) -> bool {
        match self {
            Self::Detection(detection) => detection.matches_with(event, bindings, attributes),
            Self::Attributes(wanted) => wanted
                .iter()
                .filter(|asked| !attributes.contains(asked))
                .all(|(attribute, value)| has_attribute(event, *attribute, value)),
        }
    }

    /// The one attribute of several that the server is asked for.
    fn server_attribute(&self) -> Option<&(Attribute, String)> {
        match self {
            Self::Detection(_) => None,
            Self::Attributes(attributes) => attributes
                .iter()
                .min_by_key(|(attribute, _)| selectivity(*attribute)),
        }
    }

    /// The attribute to look up, with its values, and whether anything is left to decide locally.
    pub fn lookup(&self, bindings: &Bindings) -> Option<(Attribute, Vec<String>, bool)> {
        match self {
            Self::Detection(detection) => detection
                .lookup(bindings)
                .map(|derived| (derived.attribute, derived.values, true)),
            Self::Attributes(attributes) => {
                let (attribute, value) = self.server_attribute()?;
                Some((*attribute, vec![value.clone()], attributes.len() > 1))
            }
        }
    }

    /// The calls that it is about, where it names them with their sources.
    pub fn calls(&self, bindings: &Bindings) -> Option<Vec<Calls>> {
        match self {
            Self::Detection(detection) => detection.calls(bindings),
            Self::Attributes(_) => None,
        }
    }
}

/// The variable that holds the traced keys: the one that a built-in pivot, or a parameter of keys, feeds.
fn key_variable<'q>(question: &'q Question<'q>) -> Option<&'q str> {
    let playbook = question.playbook;
    let by_pivot = playbook.pivots.iter().find_map(|pivot| match pivot {
        Pivot::Builtin { into, .. } => Some(into.as_str()),
        Pivot::Path { .. } => None,
    });
    by_pivot.or_else(|| {
        let holds_keys = |initial: &Initial| {
            let Initial::Parameter(name) = initial else {
                return false;
            };
            playbook
                .parameters
                .iter()
                .any(|known| known.name == *name && known.kind == ParameterType::AccessKeyId)
        };
        let variable = playbook
            .variables
            .iter()
            .find(|variable| variable.initial.iter().any(holds_keys))?;
        Some(variable.name.as_str())
    })
}

/// Which attribute to ask the server for, the smallest first: those of the record itself before those that index
/// something else and may miss events (facts: A11), except for the one that narrows least.
fn selectivity(attribute: Attribute) -> u8 {
    match attribute {
        Attribute::EventId => 0,
        Attribute::AccessKeyId => 1,
        Attribute::EventName => 2,
        Attribute::EventSource => 3,
        Attribute::ResourceName => 4,
        Attribute::Username => 5,
        Attribute::ResourceType => 6,
        Attribute::ReadOnly => 7,
    }
}

/// Whether the record has the attribute, as far as the record itself can tell (facts: A11). What `ResourceName` and
/// `ResourceType` index is not in the record: any string of request, response or resources that equals them counts.
fn has_attribute(event: &Event, attribute: Attribute, value: &str) -> bool {
    // the API does not ignore case
    let is = |field: Option<&str>| field == Some(value);
    match attribute {
        Attribute::EventId => is(event.id()),
        Attribute::EventName => is(event.name()),
        Attribute::EventSource => is(event.source()),
        Attribute::AccessKeyId => is(event.access_key_id()),
        Attribute::Username => is(event.identity().lookup_username()),
        Attribute::ReadOnly => event
            .flag(Noted::ReadOnly)
            .is_some_and(|flag| flag.to_string() == value),
        Attribute::ResourceType | Attribute::ResourceName => {
            resources::any_name(event, &mut |name| name == value)
        }
    }
}
