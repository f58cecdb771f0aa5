//! Which columns of a table stay where there is no room for all: by their names, since playbooks choose them.
//!
//! What has no value in any row goes first, and nobody misses it. What a person decides by goes last.

/// What goes first to what stays longest; `*` stands for every name that is not here, the last column of them first.
/// Headings of the alerts are among them.
const ORDER: &str = "user_agent,source,region,mobile,type,session_since,read_only,Last,Digest,Events,*,\
                     Severity,Actor,At once,key,new_key,instances,bucket,target,rules,error,result,mfa,ip,account,user,who";

/// What a column needs.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    /// Columns that it takes where there is little room.
    pub taken: usize,
    /// Of the longest cell that must stand in the room.
    pub longest: usize,
    /// Whether it has no value in any row.
    pub is_empty: bool,
}

/// For each column whether it stays in `room`; and the names of those that go though they have values.
pub fn chosen<'n>(names: &[&'n str], needs: &[Need], room: usize) -> (Vec<bool>, Vec<&'n str>) {
    // without these no line says anything
    let may_go = |at: &usize| !matches!(names[*at], "time" | "call" | "Rule");
    let mut order: Vec<usize> = (0..names.len()).filter(may_go).collect();
    order.sort_by_key(|at| (!needs[*at].is_empty, rank(names, *at)));
    let mut kept = vec![true; names.len()];
    for at in &order {
        if fits(needs, &kept, room) {
            break;
        }
        kept[*at] = false;
    }
    order.retain(|at| !kept[*at] && !needs[*at].is_empty);
    // where a wide one had to go, one that a person decides by may have room, and says more than blanks
    let decisive = order.iter().filter(|at| rank(names, **at).0 > place("*"));
    for at in decisive.rev() {
        kept[*at] = true;
        kept[*at] = fits(needs, &kept, room);
    }
    order.retain(|at| !kept[*at]);
    (kept, order.into_iter().map(|at| names[at]).collect())
}

/// Where a name stands in the order.
fn place(name: &str) -> Option<usize> {
    ORDER.split(',').position(|known| known == name)
}

/// How early a column goes, the lowest first.
fn rank(names: &[&str], at: usize) -> (Option<usize>, usize) {
    let name = match names[at] {
        // behind the time a playbook names what it is about
        _ if at == 1 && names[0] == "time" => return (Some(usize::MAX), 0),
        // who it was can be told from the key, and the key from who: the first of them is what counts
        "who" if names[..at].contains(&"key") => "key",
        "key" if !names[..at].contains(&"who") => "who",
        name => name,
    };
    (place(name).or(place("*")), names.len() - at)
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
fn fits(needs: &[Need], kept: &[bool], room: usize) -> bool {
    let mut start = 0;
    let mut kept = needs.iter().zip(kept).filter(|(_, kept)| **kept);
    kept.all(|(need, _)| {
        let is_within = start + need.longest <= room;
        start += need.taken + 2;
        is_within
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Need = Need {
        taken: 10,
        longest: 10,
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
        assert_eq!(gone(&by_key, &[USUAL; 4], 1), ["who", "ip", "key"]);
        assert_eq!(gone(&by_who, &[USUAL; 4], 1), ["key", "ip", "who"]);
    }
}
