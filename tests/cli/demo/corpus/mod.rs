//! Trail files of any size, out of the demo: its story told again and again, in the layout that CloudTrail delivers.
//! The same description makes the same bytes. How one telling differs from another is in [`retold`].

mod retold;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::generator::cast::ACCOUNT;
use super::generator::ids::Random;
use super::generator::{REGIONS, records, time};
use retold::{RetoldRecord, Telling};

const DAY: i64 = 86_400;
/// The tellings begin at some time of these days.
const SPREAD: i64 = 28 * DAY;
/// A file is closed at this size, or at the end of the day.
const FILE_SIZE: usize = 2 << 20;
/// Files are named by fives of minutes.
const DELIVERY: i64 = 300;

/// Further Regions, where more are asked for than the demo has.
const MORE_REGIONS: [&str; 11] = [
    "eu-central-1",
    "ap-southeast-1",
    "ap-northeast-1",
    "us-west-1",
    "eu-west-2",
    "eu-west-3",
    "ap-southeast-2",
    "ap-south-1",
    "ca-central-1",
    "sa-east-1",
    "ap-northeast-3",
];

/// What is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Corpus {
    /// Of JSON, before it is packed: at least so many bytes, in whole tellings.
    pub bytes: u64,
    pub accounts: usize,
    pub regions: usize,
    pub seed: u64,
}

/// What was made.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub files: u64,
    pub records: u64,
    pub bytes: u64,
    pub packed: u64,
}

/// A record as it is told: its time, and its JSON.
type Told = (i64, String);

impl Corpus {
    /// Writes the files below `folder`. Only one day of one account is in memory.
    pub fn write(self, folder: &Path) -> io::Result<Written> {
        let story: Vec<RetoldRecord> = records()
            .iter()
            .map(|text| RetoldRecord::of(text))
            .collect();
        let tellings: Vec<Telling> = (0..self.tellings(&story))
            .map(|number| self.telling(number))
            .collect();
        let mut written = Written::default();
        for account in 0..self.accounts {
            let name = account_name(account);
            let of_account: Vec<&Telling> = tellings
                .iter()
                .filter(|telling| telling.account == name)
                .collect();
            let end = story.last().map_or(0, |record| record.time + DAY);
            let begin = story.first().map_or(0, |record| record.time - SPREAD);
            let mut midnight = begin - begin % DAY;
            while midnight < end {
                let day = told_in(midnight, &story, &of_account);
                for (region, told) in day {
                    Trail {
                        folder,
                        account: &name,
                        region,
                        seed: self.seed,
                    }
                    .write(told, &mut written)?;
                }
                midnight += DAY;
            }
        }
        Ok(written)
    }

    /// How many there must be; they are about equally long.
    fn tellings(self, story: &[RetoldRecord]) -> u64 {
        let (mut text, telling) = (String::new(), self.telling(1));
        for record in story {
            record.tell(&telling, &mut text);
        }
        self.bytes.div_ceil(text.len().max(1) as u64).max(1)
    }

    fn telling(self, number: u64) -> Telling {
        let account = number % self.accounts.max(1) as u64;
        let random = Random::named(&format!("{}/telling/{number}", self.seed)).next();
        let earlier = (random % SPREAD.unsigned_abs()).cast_signed();
        Telling {
            number,
            account: account_name(usize::try_from(account).unwrap_or_default()),
            earlier: if number == 0 { 0 } else { earlier },
            regions: REGIONS
                .into_iter()
                .chain(MORE_REGIONS)
                .take(self.regions.max(1))
                .collect(),
            seed: self.seed,
        }
    }
}

/// The demo's account, and others that nobody has been seen to have.
fn account_name(number: usize) -> String {
    match number {
        0 => ACCOUNT.to_owned(),
        other => format!("{:012}", 111_100_000_000 + other),
    }
}

/// What an account records within a day, in each Region, by time.
fn told_in(
    midnight: i64,
    story: &[RetoldRecord],
    tellings: &[&Telling],
) -> BTreeMap<&'static str, Vec<Told>> {
    let mut day: BTreeMap<_, Vec<Told>> = BTreeMap::new();
    for telling in tellings {
        let from = midnight + telling.earlier;
        let begin = story.partition_point(|record| record.time < from);
        let end = story.partition_point(|record| record.time < from + DAY);
        for record in &story[begin..end] {
            let mut text = String::with_capacity(2048);
            record.tell(telling, &mut text);
            let told = (record.time - telling.earlier, text);
            day.entry(record.region(telling)).or_default().push(told);
        }
    }
    for told in day.values_mut() {
        told.sort_unstable();
    }
    day
}

/// Where an account's records of a Region are delivered.
#[derive(Debug)]
struct Trail<'t> {
    folder: &'t Path,
    account: &'t str,
    region: &'t str,
    seed: u64,
}

impl Trail<'_> {
    fn write(&self, told: Vec<Told>, written: &mut Written) -> io::Result<()> {
        let mut document = String::new();
        let mut last = 0;
        for (time, text) in told {
            document.push_str(if document.is_empty() {
                r#"{"Records":["#
            } else {
                ","
            });
            document.push_str(&text);
            (last, written.records) = (time, written.records + 1);
            if document.len() >= FILE_SIZE {
                self.deliver(&mut document, last, written)?;
            }
        }
        if document.is_empty() {
            return Ok(());
        }
        self.deliver(&mut document, last, written)
    }

    /// Packs the document, names it by when it is delivered, and begins another.
    fn deliver(&self, document: &mut String, last: i64, written: &mut Written) -> io::Result<()> {
        document.push_str("]}");
        let path = self.path(last, written.files);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(document.as_bytes())?;
        let packed = packed.finish()?;
        fs::write(path, &packed)?;
        written.files += 1;
        written.bytes += document.len() as u64;
        written.packed += packed.len() as u64;
        document.clear();
        Ok(())
    }

    fn path(&self, last: i64, number: u64) -> PathBuf {
        let Self {
            account, region, ..
        } = self;
        // at least five minutes after the last of its records
        let delivered = time::rfc3339((last / DELIVERY + 2) * DELIVERY);
        let (day, minute) = (&delivered[..10], &delivered[..16]);
        let minute = minute.replace(['-', ':'], "");
        let mut random = Random::named(&format!("{}/file/{number}", self.seed));
        let unique: String = (0..16).map(|_| letter(random.next())).collect();
        self.folder
            .join("AWSLogs")
            .join(account)
            .join("CloudTrail")
            .join(region)
            .join(day.replace('-', "/"))
            .join(format!(
                "{account}_CloudTrail_{region}_{minute}Z_{unique}.json.gz"
            ))
    }
}

fn letter(random: u64) -> char {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char::from(LETTERS[usize::try_from(random % 62).unwrap_or_default()])
}
