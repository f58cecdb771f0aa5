//! The minutes of a day in which calls came, a bit each.

pub const MINUTES_OF_DAY: i64 = 24 * 60;
/// Words of 64 bits that a day's minutes take.
const WORDS: usize = 23;

/// Which calls are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallKind {
    #[default]
    Any,
    Reads,
    Writes,
}

/// Some minutes of a day, a bit each.
#[derive(Debug, Clone, Copy, Default)]
pub struct MinuteSet([u64; WORDS]);

impl MinuteSet {
    pub fn insert(&mut self, minute: i64) {
        if let Ok(at) = usize::try_from(minute / 64)
            && let Some(word) = self.0.get_mut(at)
        {
            *word |= 1 << (minute % 64);
        }
    }

    /// Those of either.
    pub fn or(self, other: Self) -> Self {
        self.with(other, |ours, theirs| ours | theirs)
    }

    /// Those of both.
    pub fn and(self, other: Self) -> Self {
        self.with(other, |ours, theirs| ours & theirs)
    }

    /// Those that `other` has not.
    pub fn without(self, other: Self) -> Self {
        self.with(other, |ours, theirs| ours & !theirs)
    }

    fn with(mut self, other: Self, of: impl Fn(u64, u64) -> u64) -> Self {
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            *ours = of(*ours, theirs);
        }
        self
    }

    /// How many there are.
    pub fn count(self) -> i64 {
        self.0.iter().map(|word| i64::from(word.count_ones())).sum()
    }

    /// Those from `begin` on.
    pub fn from(self, begin: i64) -> impl Iterator<Item = i64> {
        let words = (0_i64..).map(|at| at * 64).zip(self.0);
        words
            .filter(move |(first, word)| *word != 0 && first + 64 > begin)
            .flat_map(|(first, word)| {
                let bits = (0..64).filter(move |bit| word >> bit & 1 == 1);
                bits.map(move |bit| first + bit)
            })
            .filter(move |minute| *minute >= begin)
    }
}

/// The minutes of a day with calls.
#[derive(Debug, Clone, Default)]
pub struct ActiveDay {
    pub reads: MinuteSet,
    pub writes: MinuteSet,
}

impl ActiveDay {
    pub fn of(&self, kind: CallKind) -> MinuteSet {
        match kind {
            CallKind::Any => self.reads.or(self.writes),
            CallKind::Reads => self.reads,
            CallKind::Writes => self.writes,
        }
    }
}

/// How many there are.
pub fn tally(minutes: impl Iterator<Item = i64>) -> i64 {
    minutes.map(|_| 1).sum()
}
