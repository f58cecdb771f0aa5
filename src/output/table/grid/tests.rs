//! What a plain table promises: its columns, what is cut and what is not, and that no cell brings anything of its own.

use proptest::prelude::*;

use super::*;
use crate::output::escape::is_deceptive;

const FITS: [Fit; 4] = [Fit::Cut, Fit::Whole, Fit::Ragged, Fit::Number];

fn grid(fits: &[Fit], rows: &[&[&str]]) -> Grid {
    let row = |row: &&[&str]| row.iter().map(Line::from).collect();
    Grid::new(fits, rows.iter().map(row).collect())
}

fn text(line: &Line) -> String {
    line.spans().map(|(_, text)| text).collect()
}

fn texts(lines: &[Line]) -> Vec<String> {
    lines.iter().map(text).collect()
}

#[test]
fn what_is_copied_stays_whole_and_the_rest_is_cut() {
    let rows: [&[&str]; 3] = [
        &["key", "events", "agent"],
        &["AKIAIOSFODNN7EXAMPLE", "7", "Boto3/1.26.0 md/Botocore"],
        &["ASIA", "12,000"],
    ];
    let grid = grid(&[Fit::Whole, Fit::Number, Fit::Cut], &rows);
    let shown = [
        "key                   events  agent",
        "AKIAIOSFODNN7EXAMPLE       7  Boto3/1.26.0…",
        "ASIA                  12,000",
    ];
    assert_eq!(texts(&grid.lines(44)), shown);
    assert_eq!(grid.width(), 54);
    assert!(texts(&grid.lines(54))[1].ends_with(" Boto3/1.26.0 md/Botocore"));
}

#[test]
fn a_rare_long_cell_moves_the_others_of_its_line_alone() {
    let mut rows = vec![vec!["StopLogging".into(), Line::from("x")]; 40];
    rows[7][0] = "DescribeSomethingLong".into();
    let lines = Grid::new([Fit::Ragged, Fit::Cut], rows).lines(60);
    let long = "DescribeSomethingLong  x";
    let shown = texts(&lines);
    assert_eq!(shown.iter().filter(|line| *line == long).count(), 1);
    let short = shown.iter().filter(|line| *line == "StopLogging  x");
    assert_eq!(short.count(), 39);
}

#[test]
fn columns_are_as_wide_in_every_block() {
    let mut rows = vec![vec!["a".into(), Line::from("b")]; 3 * BLOCK];
    rows[2 * BLOCK + 1][0] = "山田太郎".into();
    let lines = Grid::new([Fit::Cut, Fit::Cut], rows).lines(60);
    assert_eq!(lines.len(), 3 * BLOCK);
    assert!(
        texts(&lines)
            .iter()
            .all(|line| width_before(line, 'b') == 10)
    );
}

fn width_before(line: &str, c: char) -> usize {
    text::width(line.split(c).next().unwrap())
}

#[test]
fn wide_characters_and_sequences_keep_the_columns() {
    let rows: [&[&str]; 5] = [
        &["山田太郎", "|"],
        &["👍🏽🦀", "|"],
        &["e\u{301}", "|"],
        &["لا", "|"],
        &["a\u{200d}b", "|"],
    ];
    let lines = grid(&[Fit::Whole, Fit::Cut], &rows).lines(60);
    let shown = texts(&lines);
    assert!(
        shown.iter().all(|line| width_before(line, '|') == 12),
        "{shown:?}"
    );
    assert!(shown[1].starts_with("👍🏽🦀"), "{shown:?}");

    let cut = grid(&[Fit::Cut, Fit::Cut], &rows).lines(9);
    assert!(cut.iter().all(|line| line.width() <= 9), "{cut:?}");
    assert!(text(&cut[0]).starts_with("山田…"), "{cut:?}");
}

#[test]
fn a_paint_ends_with_its_text_also_where_that_is_cut() {
    let new = Line::from("198.51.100.9  ").join(Line::painted(Paint::New, "new"));
    let level = Line::painted(Paint::Level(Level::Critical), "! critical and more");
    let grid = Grid::new([Fit::Cut; 3], vec![vec![new, level, "plain".into()]]);
    let painted = |room: usize| {
        let lines = grid.lines(room);
        let spans = lines[0].spans().filter(|(paint, _)| *paint != Paint::Plain);
        spans.map(|(_, text)| text.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(painted(60), ["new", "! critical and more"]);
    assert_eq!(painted(30), ["! critica…"]);
}

#[test]
fn no_cell_can_bring_a_mark() {
    let marks = ['\u{206a}', REST, APART, PLAIN];
    for mark in marks.into_iter().chain(PAINTS.map(|(mark, _)| mark)) {
        assert!(is_deceptive(mark), "{mark:?}");
        let lines = grid(&[Fit::Ragged], &[&[&format!("a{mark}b")]]).lines(60);
        let escaped = format!("a\\u{{{:x}}}b", u32::from(mark));
        assert_eq!(texts(&lines), [escaped]);
    }
}

/// Whoever makes a cell elsewhere could forget to escape it.
#[test]
fn one_place_makes_cells() {
    let code = include_str!("../grid.rs");
    assert_eq!(code.matches("Cell::new").count(), 1);
    assert_eq!(
        code.matches("add_row(").count(),
        code.matches("add_row(one_line(").count()
    );
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x1f\\x7f-\u{9f}\u{200b}-\u{206f} a…]{0,80}",
        "[👍🏽🦀山لا\u{301}\u{fe0f} a]{0,40}",
    ]
}

proptest! {
    #[test]
    fn nothing_hostile_and_nothing_wider_than_its_room(
        rows in prop::collection::vec(prop::collection::vec(hostile(), 0..4), 1..6),
        fits in prop::collection::vec(proptest::sample::select(&FITS), 4),
        room in 40usize..200,
    ) {
        let rows = rows.iter().map(|row| row.iter().map(Line::from).collect());
        let rows: Vec<Vec<Line>> = rows.collect();
        let (longest, count) = (rows.iter().flatten().map(Line::width).max(), rows.len());
        let grid = Grid::new(fits.clone(), rows);
        let lines = grid.lines(room);
        prop_assert_eq!(lines.len(), count);
        for line in &lines {
            prop_assert!(!text(line).contains(is_deceptive), "{line:?}");
        }
        let can_be_kept = fits.iter().all(|fit| *fit == Fit::Cut) || grid.width() <= room;
        if can_be_kept {
            prop_assert!(lines.iter().all(|line| line.width() <= room), "{longest:?} {lines:?}");
        }
    }

    #[test]
    fn what_may_be_cut_is_never_wider_than_its_room(
        rows in prop::collection::vec(prop::collection::vec(hostile(), 0..4), 1..6),
        room in 40usize..200,
    ) {
        let rows = rows.iter().map(|row| row.iter().map(Line::from).collect());
        let lines = Grid::new([Fit::Cut; 4], rows.collect()).lines(room);
        prop_assert!(lines.iter().all(|line| line.width() <= room), "{lines:?}");
    }
}
