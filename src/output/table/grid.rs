//! Plain tables: rows of cells in columns two blanks apart. How wide each column becomes is left to `comfy-table`.
//!
//! No other file knows `comfy-table`, and one function makes its cells, of [`Line`]s, whose text is escaped. While it
//! lays out, marks of no width stand for what it knows nothing of; no cell can bring its own, since they are escaped in
//! a [`Line`]. For which columns there is room is decided by `priorities`; the tree and all prose are not laid out here.

use comfy_table::{
    Cell, CellAlignment, Column, ColumnConstraint, ContentArrangement, Row, Table, Width, presets,
};
use unicode_width::UnicodeWidthStr;

use super::priorities::{self, Need};
use super::text::{self, Line, Paint, fitting};
use crate::report::Level;

/// Blanks between two columns.
const GAP: u16 = 2;
/// Rows that `comfy-table` holds at a time: it keeps several texts for each cell.
const BLOCK: usize = 500;

/// Where a cell was cut: the paint that it had ends there, too.
const CUT: &str = "\u{206a}…\u{2060}";
/// Where a cell goes on that is longer than its column.
const REST: char = '\u{206b}';
/// Between the parts of what a terminal may draw as one glyph: `comfy-table` would count them once.
const APART: char = '\u{200c}';
/// Where a paint ends.
const PLAIN: char = '\u{2060}';
/// Where a paint begins.
const PAINTS: [(char, Paint); 5] = [
    ('\u{2061}', Paint::New),
    ('\u{2062}', Paint::Level(Level::Low)),
    ('\u{2063}', Paint::Level(Level::Medium)),
    ('\u{2064}', Paint::Level(Level::High)),
    ('\u{206c}', Paint::Level(Level::Critical)),
];

/// What becomes of the cells of a column where there is little room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// They are cut, and end in `…`.
    Cut,
    /// They are never cut: one copies them into the next search.
    Whole,
    /// Nor are these; but a rare long one does not take the room of all others: in its line the next cells move on.
    Ragged,
    /// Numbers: never cut, and aligned on the right.
    Number,
}

/// The cells of a table by row, the heading among them, and how each column fits.
#[derive(Debug)]
pub struct Grid {
    fits: Vec<Fit>,
    /// How far the cells of each column may be cut.
    leasts: Vec<usize>,
    pub rows: Vec<Vec<Line>>,
}

impl Grid {
    pub fn new(fits: impl Into<Vec<Fit>>, rows: Vec<Vec<Line>>) -> Self {
        /// Below this a column says nothing any more.
        const LEAST: usize = 6;
        let fits = fits.into();
        Self {
            leasts: vec![LEAST; fits.len()],
            fits,
            rows,
        }
    }

    /// Takes out whole columns until the others can be read in `room`, by `names` and what stands below the heading.
    /// The names of those that had values are to be told.
    pub fn give_way<'n>(&mut self, names: &[&'n str], room: usize) -> Vec<&'n str> {
        self.leasts = names.iter().map(|name| priorities::least(name)).collect();
        let needs: Vec<Need> = (0..self.fits.len()).map(|at| self.need(at)).collect();
        let (kept, left_out) = priorities::chosen(names, &needs, room);
        retain(&mut self.leasts, &kept);
        retain(&mut self.fits, &kept);
        for row in &mut self.rows {
            retain(row, &kept);
        }
        left_out
    }

    /// The columns that it takes where there is room.
    pub fn width(&self) -> usize {
        let widths = (0..self.fits.len()).map(|at| self.widths(at).0 + usize::from(GAP));
        widths.sum::<usize>().saturating_sub(GAP.into())
    }

    /// A line for each row, in `room`; wider only where it has no room for what is never cut.
    pub fn lines(&self, room: usize) -> Vec<Line> {
        let widths = (0..self.fits.len()).map(|at| self.widths(at).0.min(room));
        let widths: Vec<usize> = widths.collect();
        let blocks = self.rows.chunks(BLOCK);
        blocks
            .flat_map(|rows| self.block(rows, &widths, room))
            .collect()
    }

    /// How wide the cells of a column are: usually, and the longest.
    fn widths(&self, column: usize) -> (usize, usize) {
        let cells = self.rows.iter().map(|row| row.get(column));
        let mut widths: Vec<usize> = cells.map(|cell| cell.map_or(0, Line::width)).collect();
        widths.sort_unstable();
        let longest = widths.last().copied().unwrap_or(0);
        match widths.get(widths.len() * 19 / 20) {
            Some(usual) if self.fits[column] == Fit::Ragged => (*usual, longest),
            _ => (longest, longest),
        }
    }

    fn need(&self, column: usize) -> Need {
        let (usual, longest) = self.widths(column);
        let mut below = self.rows.iter().skip(1).filter_map(|row| row.get(column));
        let most = match self.fits[column] {
            Fit::Cut => self.leasts[column],
            _ => usize::MAX,
        };
        Need {
            taken: usual.min(most),
            longest: longest.min(most),
            is_empty: below.all(Line::is_nothing),
        }
    }

    /// Some of the rows; the columns are as wide as those of the whole table, for the first row of each block is.
    fn block(&self, rows: &[Vec<Line>], widths: &[usize], room: usize) -> Vec<Line> {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(columns(room) + GAP)
            .set_truncation_indicator(CUT)
            // no cell holds one: a cell is cut where it must be, and not broken at its blanks
            .set_delimiter('\n');
        let ruler = widths.iter().map(|width| Line::from("x".repeat(*width)));
        let ruler = ruler.map(|line| cell(&line, Fit::Cut, room).0);
        table.add_row(one_line(ruler.collect()));
        let mut rests = Vec::new();
        for row in rows {
            let cells = row.iter().zip(self.fits.iter().zip(widths));
            let cells = cells.map(|(line, (fit, width))| cell(line, *fit, *width));
            let (cells, over): (Vec<Cell>, Vec<Option<String>>) = cells.unzip();
            table.add_row(one_line(cells));
            rests.push(over);
        }
        for (column, at) in table.column_iter_mut().zip(0..) {
            arrange(column, self.fits[at], self.leasts[at].min(widths[at]));
        }
        let texts = table.lines().skip(1).zip(rests);
        texts.map(|(text, rests)| restored(text, rests)).collect()
    }
}

fn retain<T>(columns: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    columns.retain(|_| kept.next() != Some(&false));
}

fn arrange(column: &mut Column, fit: Fit, least: usize) {
    column.set_padding((0, GAP));
    column.set_constraint(match fit {
        Fit::Cut => ColumnConstraint::LowerBoundary(Width::Fixed(columns(least) + GAP)),
        _ => ColumnConstraint::ContentWidth,
    });
    if fit == Fit::Number {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// Columns as `comfy-table` counts them.
fn columns(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX / 2)
}

fn one_line(cells: Vec<Cell>) -> Row {
    let mut row = Row::from(cells);
    row.max_height(1);
    row
}

/// The one place that makes a cell: of a [`Line`], and so of escaped text. What of it has no room in a column of `width`
/// and must not be cut is put behind it when all is laid out.
fn cell(line: &Line, fit: Fit, width: usize) -> (Cell, Option<String>) {
    let mut text = String::new();
    for (paint, span) in line.spans() {
        let marks = PAINTS.iter().filter(|(_, known)| *known == paint);
        text.extend(marks.map(|(mark, _)| mark));
        if span.width() == text::width(span) {
            text.push_str(span);
        } else {
            text.extend(span.chars().flat_map(|c| [APART, c]));
        }
        text.extend((paint != Paint::Plain).then_some(PLAIN));
    }
    let is_cut = fit == Fit::Cut;
    // what is to be cut stays wide enough to be cut, and ends: a column is counted in 16 bits
    let end = fitting(&text, if is_cut { width + 2 } else { width });
    let rest = text.split_off(end);
    let rest = (!rest.is_empty() && !is_cut).then_some(rest);
    if rest.is_some() {
        text.push(REST);
    }
    (Cell::new_owned(text), rest)
}

/// `text` with `rest` in its place; the cells behind it move on, until there are blanks to make up for it.
fn extended(text: &str, rest: &str) -> String {
    let (before, after) = text.split_once(REST).unwrap_or((text, ""));
    let mut extended = before.to_owned() + rest;
    let (mut late, mut blanks) = (text::width(rest), 0);
    for c in after.chars() {
        blanks = if c == ' ' { blanks + 1 } else { 0 };
        if blanks > GAP && late > 0 {
            late -= 1;
        } else {
            extended.push(c);
        }
    }
    extended
}

/// A line that `comfy-table` laid out, without its marks: with each of `rests` in its place, and with its paints.
fn restored(mut text: String, rests: Vec<Option<String>>) -> Line {
    text.truncate(text.trim_end().len());
    if text.is_ascii() {
        return Line::from(text);
    }
    for rest in rests.into_iter().flatten() {
        text = extended(&text, &rest);
    }
    let blank = format!(" {CUT}");
    while text.contains(&blank) {
        text = text.replace(&blank, &format!("{CUT} "));
    }
    let text = text.replace(['\u{206a}', APART], "");
    let text = text.trim_end();
    let mut line = Line::default();
    let (mut from, mut paint) = (0, Paint::Plain);
    for (at, c) in text.char_indices() {
        let paints = PAINTS.iter().find(|(mark, _)| *mark == c);
        if c == PLAIN || paints.is_some() {
            line = line.join(Line::painted(paint, &text[from..at]));
            paint = paints.map_or(Paint::Plain, |(_, paint)| *paint);
            from = at + c.len_utf8();
        }
    }
    line.join(Line::painted(paint, &text[from..]))
}

#[cfg(test)]
mod tests;
