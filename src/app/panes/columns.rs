//! The list's columns: how the chosen ones fit into the room, and which order goes by which. The list is drawn by
//! [`solve`]; the dialog is `layers::columns`.

use crate::config::{Column, Columns, Shown};
use crate::query::ast::{Sort, SortField};

/// Columns of the terminal before all others: the gutter, the mark, the status and a blank.
pub const SIGNS: u16 = 4;

/// Fewest columns that the flexible one keeps while there are others to leave out.
const LEAST: u16 = 12;

/// How wide a column is in a room, unless somebody chose; none where it is not shown by itself.
fn usual(column: Column, room: u16) -> u16 {
    // A date takes ten; where there is room its header has the sign of the order a blank apart.
    let published = if room < 66 { 10 } else { 11 };
    let (action, org, third, case, tags) = match room {
        0..46 => (0, 9, 0, 0, 0),
        46..66 => (0, 12, 0, 0, 0),
        66..98 => (8, 14, 0, 0, 0),
        98..150 => (9, 18, 0, 0, 18),
        150..190 => (12, 32, 18, 9, 18),
        190.. => (20, 40, 24, 9, 24),
    };
    match column {
        Column::Published => published,
        Column::People if room < 46 => 0,
        Column::People => 11,
        Column::Action => action,
        Column::Org => org,
        Column::Third => third,
        Column::Case => case,
        Column::Tags => tags,
        Column::Title | Column::Exposure | Column::Kind | Column::Signs | Column::Id => 0,
    }
}

/// How wide a chosen column is in a room where nobody chose its width.
pub fn natural(column: Column, room: u16) -> u16 {
    let least = match column {
        Column::Published => 10,
        Column::People => 11,
        Column::Action | Column::Case => 9,
        Column::Org | Column::Third | Column::Tags | Column::Title => 14,
        Column::Exposure | Column::Kind => 10,
        Column::Signs => 2,
        Column::Id => 12,
    };
    usual(column, room).max(least)
}

/// The columns that are shown in a room where nobody chose.
pub fn by_itself(room: u16) -> Vec<Column> {
    use Column::{Action, Case, Org, People, Published, Tags, Third, Title};
    let all = [Published, People, Action, Org, Title, Third, Case, Tags];
    all.into_iter().filter(|c| *c == Title || usual(*c, room) > 0).collect()
}

/// The columns with their widths, for the room inside the list's frame; one blank stands between them. What finds no
/// room is left out, the last first.
pub fn solve(chosen: &Columns, room: u16) -> Vec<(Column, u16)> {
    let chosen = chosen.sound();
    let mut out: Vec<(Column, u16)> = if chosen.shown.is_empty() {
        by_itself(room).into_iter().map(|c| (c, usual(c, room))).collect()
    } else {
        let width = |s: &Shown| s.width.unwrap_or_else(|| natural(s.column, room));
        chosen.shown.iter().map(|s| (s.column, width(s))).collect()
    };
    let Some(flexible) = flexible(&chosen, &out) else {
        while out.len() > 1 && taken(&out) > room {
            out.pop();
        }
        let over = taken(&out).saturating_sub(room);
        if let Some((_, width)) = out.last_mut() {
            *width = width.saturating_sub(over);
        }
        return out;
    };
    let least = if chosen.shown.is_empty() { 0 } else { LEAST };
    let others = |out: &[(Column, u16)]| taken(out) - out.iter().find(|(c, _)| *c == flexible).map_or(0, |(_, w)| *w);
    while others(&out) + least > room
        && let Some(last) = out.iter().rposition(|(c, _)| *c != flexible)
    {
        out.remove(last);
    }
    let rest = room.saturating_sub(others(&out));
    if let Some((_, width)) = out.iter_mut().find(|(c, _)| *c == flexible) {
        *width = rest;
    }
    out
}

/// The column that takes what the others leave: the title, else the last text whose width nobody chose.
fn flexible(chosen: &Columns, out: &[(Column, u16)]) -> Option<Column> {
    let free = |column: Column| chosen.shown.iter().all(|s| s.column != column || s.width.is_none());
    let there = |column: &Column| out.iter().any(|(c, _)| c == column) && free(*column);
    let text = |c: &&(Column, u16)| matches!(c.0, Column::Org | Column::Third | Column::Tags) && free(c.0);
    Some(Column::Title).filter(there).or_else(|| out.iter().rev().find(text).map(|(c, _)| *c))
}

/// Columns of the terminal that all of it takes.
fn taken(columns: &[(Column, u16)]) -> u16 {
    let blanks = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    columns.iter().fold(SIGNS.saturating_add(blanks), |sum, (_, width)| sum.saturating_add(*width))
}

/// The order that goes by a column.
pub fn order_of(column: Column) -> Option<SortField> {
    match column {
        Column::Published => Some(SortField::Published),
        Column::People => Some(SortField::People),
        Column::Action => Some(SortField::Action),
        Column::Org => Some(SortField::Org),
        Column::Title => Some(SortField::Title),
        Column::Case => Some(SortField::Case),
        Column::Third | Column::Tags | Column::Exposure | Column::Kind | Column::Signs | Column::Id => None,
    }
}

/// The order that comes of choosing a field: the present one turned round, else the way that is asked for more often.
pub fn turned(now: Sort, field: SortField) -> Sort {
    let falling = matches!(field, SortField::Published | SortField::People);
    Sort { field, descending: if now.field == field { !now.descending } else { falling } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(list: &[(Column, Option<u16>)]) -> Columns {
        Columns { shown: list.iter().map(|(column, width)| Shown { column: *column, width: *width }).collect() }
    }

    #[test]
    fn columns_fill_the_room_exactly() {
        let flexible = chosen(&[(Column::People, Some(6)), (Column::Title, None), (Column::Tags, Some(30))]);
        let without_title = chosen(&[(Column::Org, None), (Column::Third, None), (Column::Id, None)]);
        for choice in [Columns::default(), flexible, without_title] {
            for room in 38..300 {
                let columns = solve(&choice, room);
                assert_eq!(taken(&columns), room, "{columns:?}");
            }
        }
    }

    #[test]
    fn what_finds_no_room_is_left_out_from_the_end() {
        let all: Vec<(Column, Option<u16>)> = Column::ALL.iter().map(|c| (*c, None)).collect();
        let names = |room| solve(&chosen(&all), room).into_iter().map(|(c, _)| c).collect::<Vec<_>>();
        assert_eq!(names(300), Column::ALL);
        assert_eq!(names(80), Column::ALL[..6]);
        assert_eq!(names(30), [Column::Published, Column::Title]);
        let fixed = chosen(&[(Column::Org, Some(50)), (Column::Title, Some(50))]);
        assert_eq!(solve(&fixed, 200), [(Column::Org, 50), (Column::Title, 50)]);
        assert_eq!(solve(&fixed, 60), [(Column::Org, 50)]);
        assert_eq!(solve(&fixed, 40), [(Column::Org, 36)]);
    }
}
