//! Which columns of a table stay where there is no room for all: by their names, since playbooks choose them.
//!
//! What has no value in any row goes first, and nobody misses it. What a person decides by goes last.

/// These stay in any case: without them no line says anything.
const FIXED: [&str; 3] = ["time", "call", "Rule"];

/// What a person decides by: the first of these stays longest.
const DECISIVE: [&str; 15] = [
    "who",
    "user",
    "ip",
    "mfa",
    "result",
    "error",
    "rules",
    "target",
    "bucket",
    "instances",
    "new_key",
    "key",
    "At once",
    "Actor",
    "Severity",
];

/// The first of these goes before all others; a name that is not known here goes after them, the last one first.
const SPARE: [&str; 11] = [
    "user_agent",
    "source",
    "region",
    "account",
    "mobile",
    "type",
    "session_since",
    "read_only",
    "Last",
    "Digest",
    "Events",
];

/// What a column needs.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    /// Columns that it takes where there is room.
    pub usual: usize,
    /// Of its longest cell.
    pub longest: usize,
    pub may_be_cut: bool,
    /// Whether it has no value in any row.
    pub is_empty: bool,
}

/// For each column whether it stays in `room`; and the names of those that go though they have values.
pub fn chosen<'n>(names: &[&'n str], needs: &[Need], room: usize) -> (Vec<bool>, Vec<&'n str>) {
    let mut order: Vec<usize> = (0..names.len())
        .filter(|at| !is_fixed(names, *at))
        .collect();
    order.sort_by_key(|at| (!needs[*at].is_empty, rank(names, *at)));
    let mut kept = vec![true; names.len()];
    for at in &order {
        if fits(names, needs, &kept, room) {
            break;
        }
        kept[*at] = false;
    }
    order.retain(|at| !kept[*at] && !needs[*at].is_empty);
    // where a wide one had to go, a narrow one that went before it may have room, and says more than blanks
    let decisive = order.iter().filter(|at| rank(names, **at).0 == 2);
    for at in decisive.rev() {
        kept[*at] = true;
        kept[*at] = fits(names, needs, &kept, room);
    }
    let left_out = order.iter().filter(|at| !kept[**at]);
    let left_out = left_out.map(|at| names[*at]).collect();
    (kept, left_out)
}

fn place(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

/// Whether the table is about keys: it names them before who has them.
fn is_by_key(names: &[&str]) -> bool {
    match (place(names, "who"), place(names, "key")) {
        (Some(who), Some(key)) => key < who,
        (None, key) => key.is_some(),
        _ => false,
    }
}

fn is_fixed(names: &[&str], at: usize) -> bool {
    FIXED.contains(&names[at]) || names[at] == "key" && is_by_key(names)
}

/// How early a column goes, the lowest first.
fn rank(names: &[&str], at: usize) -> (usize, usize) {
    let name = match names[at] {
        // who it was can be told from the key
        "who" if is_by_key(names) => "key",
        name => name,
    };
    // behind the time a playbook names what it is about
    if at == 1 && names[0] == "time" {
        return (2, usize::MAX);
    }
    match (place(&SPARE, name), place(&DECISIVE, name)) {
        (Some(spare), _) => (0, spare),
        (_, Some(decisive)) => (2, DECISIVE.len() - decisive),
        (None, None) => (1, names.len() - at),
    }
}

/// So much of a cell must be left for it to be read.
pub fn least(name: &str) -> usize {
    match name {
        // that a call failed is what counts
        "error" => 8,
        // shorter ones are all the same
        "user_agent" => 30,
        // most callers can be told apart by so much, and an IPv4 address is not longer
        _ => 15,
    }
}

/// Whether what is kept can be read within `room`, and every cell that is never cut stands in it.
fn fits(names: &[&str], needs: &[Need], kept: &[bool], room: usize) -> bool {
    let mut start = 0;
    let kept = names.iter().zip(needs).zip(kept).filter(|(_, kept)| **kept);
    kept.map(|(column, _)| column).all(|(name, need)| {
        let (taken, end) = if need.may_be_cut {
            (need.usual.min(least(name)), need.usual.min(least(name)))
        } else {
            (need.usual, need.longest)
        };
        let is_within = start + end <= room;
        start += taken + 2;
        is_within
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Need = Need {
        usual: 10,
        longest: 10,
        may_be_cut: false,
        is_empty: false,
    };

    /// What goes, in its order, of columns of 10, until `left` of them are there.
    fn gone<'n>(names: &[&'n str], needs: &[Need], left: usize) -> Vec<&'n str> {
        chosen(names, needs, 12 * left - 2).1
    }

    #[test]
    fn what_a_person_decides_by_goes_last() {
        let names = [
            "time",
            "user",
            "call",
            "result",
            "mfa",
            "ip",
            "error",
            "to",
            "region",
            "user_agent",
        ];
        let gone = gone(&names, &[USUAL; 10], 2);
        let order = [
            "user_agent",
            "region",
            "to",
            "error",
            "result",
            "mfa",
            "ip",
            "user",
        ];
        assert_eq!(gone, order);
    }

    #[test]
    fn a_column_without_values_goes_first_and_is_not_missed() {
        let names = ["time", "who", "error", "user_agent"];
        let mut needs = [USUAL; 4];
        needs[2].is_empty = true;
        assert_eq!(
            chosen(&names, &needs, 34),
            (vec![true, true, false, true], vec![])
        );
        let (kept, left_out) = chosen(&names, &needs, 22);
        assert_eq!(
            (kept, left_out),
            (vec![true, true, false, false], vec!["user_agent"])
        );
        // where there is room it stays: that nothing failed is worth knowing
        assert_eq!(chosen(&names, &needs, 46), (vec![true; 4], vec![]));
    }

    #[test]
    fn of_names_that_are_not_known_the_last_goes_first() {
        let names = ["one", "time", "two", "ip", "source", "three"];
        let gone = gone(&names, &[USUAL; 6], 1);
        assert_eq!(gone, ["source", "three", "two", "one", "ip"]);
    }

    #[test]
    fn what_a_playbook_is_about_goes_last() {
        let names = ["time", "region", "who", "source", "ip"];
        assert_eq!(gone(&names, &[USUAL; 5], 2), ["source", "ip", "who"]);
    }

    #[test]
    fn the_first_of_key_and_who_stays() {
        let (by_key, by_who) = (["time", "key", "who", "ip"], ["time", "who", "key", "ip"]);
        assert_eq!(gone(&by_key, &[USUAL; 4], 1), ["who", "ip"]);
        assert_eq!(gone(&by_who, &[USUAL; 4], 1), ["key", "ip", "who"]);
    }
}
