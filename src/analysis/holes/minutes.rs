//! The minutes of a day in which calls came, a bit each.

pub const MINUTES_OF_DAY: i64 = 24 * 60;
/// Words of 64 bits that a day's minutes take.
pub const WORDS: usize = 23;

/// Which calls are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallKind {
    #[default]
    Any,
    Reads,
    Writes,
}

/// The minutes of a day, a bit each.
#[derive(Debug, Clone, Default)]
pub struct ActiveDay {
    pub reads: [u64; WORDS],
    pub writes: [u64; WORDS],
}

impl ActiveDay {
    /// 64 minutes, a bit each.
    pub fn word(&self, kind: CallKind, at: usize) -> u64 {
        let of = |words: &[u64; WORDS]| words.get(at).copied().unwrap_or_default();
        match kind {
            CallKind::Any => of(&self.reads) | of(&self.writes),
            CallKind::Reads => of(&self.reads),
            CallKind::Writes => of(&self.writes),
        }
    }

    /// The active minutes of the day from `begin` on.
    pub fn minutes(&self, kind: CallKind, begin: i64) -> impl Iterator<Item = i64> {
        let words = (0..WORDS).map(move |at| self.word(kind, at));
        let words = (0_i64..).map(|at| at * 64).zip(words);
        words
            .filter(move |(first, word)| *word != 0 && first + 64 > begin)
            .flat_map(|(first, word)| {
                let bits = (0..64).filter(move |bit| word >> bit & 1 == 1);
                bits.map(move |bit| first + bit)
            })
            .filter(move |minute| *minute >= begin)
    }
}

/// How many there are.
pub fn tally(minutes: impl Iterator<Item = i64>) -> i64 {
    minutes.map(|_| 1).sum()
}

/// How many bits are set.
pub fn count(words: &[u64; WORDS]) -> i64 {
    words.iter().map(|word| i64::from(word.count_ones())).sum()
}
