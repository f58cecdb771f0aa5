//! The tables of the alerts: what gives way, and that nothing from outside acts on a terminal.

use super::{STYLE, story};
use crate::output::escape::is_deceptive;
use crate::output::{Format, Style, write_backtest};
use crate::report::Level;
use crate::report::alerting::backtest::{Backtest, Noise, Totals};

fn backtest(rule: &str, actor: &str) -> Backtest {
    let report = story::plain();
    let noise = Noise {
        rule: rule.to_owned(),
        title: String::new(),
        group: "iam".to_owned(),
        severity: Level::High,
        actor: actor.to_owned(),
        account: None,
        principal: None,
        events: 1200,
        suppressed: 0,
        off_hours: 12,
        messages: 31,
        digest_entries: 0,
        first: None,
        last: "2026-10-05T22:00:00Z".parse().ok(),
        event_id: None,
    };
    Backtest {
        envelope: report.envelope,
        caller: None,
        window: report.window,
        regions: Vec::new(),
        complete: true,
        coverage: report.coverage,
        not_visible: Vec::new(),
        severity: Level::High,
        read_events: false,
        rules: 40,
        refused: Vec::new(),
        totals: Totals {
            events: 1200,
            ..Totals::default()
        },
        alerts: vec![noise],
        suppressions: Vec::new(),
        hint: None,
    }
}

fn shown(backtest: &Backtest, width: usize) -> String {
    let mut out = Vec::new();
    let style = Style { width, ..STYLE };
    write_backtest(backtest, &story::plain(), Format::Table, &style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_rule_of_an_alert_is_never_cut() {
    let rule = "iam-user-created-by-another-user";
    let actor = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/ann@example.com";
    let backtest = backtest(rule, actor);
    for width in [60, 80, 100] {
        let shown = shown(&backtest, width);
        assert!(
            shown.contains(&format!(" {rule} (12 off hours)")),
            "{shown}"
        );
        assert!(
            shown.lines().all(|line| line.chars().count() <= width),
            "{shown}"
        );
    }
    assert!(
        shown(&backtest, 80).contains("no room for Last, Digest, Events, Severity"),
        "{}",
        shown(&backtest, 80)
    );
    assert!(shown(&backtest, 200).contains("/ann@example.com"));
}

#[test]
fn no_alert_acts_on_a_terminal() {
    let hostile = "a\x1b[2J\u{202e}\u{206b}\u{2061}\r\n\t\u{9b}31m山👍🏽";
    let shown = shown(&backtest(hostile, hostile), 100);
    assert!(
        !shown.contains(|c| c != '\n' && is_deceptive(c)),
        "{shown:?}"
    );
    assert!(shown.contains("a\\x1b[2J\\u{202e}\\u{206b}"), "{shown}");
}
