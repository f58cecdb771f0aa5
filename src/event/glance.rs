//! What one pass over a record tells without a tree: that it is sound JSON, and the fields that decide most.
//!
//! A glance is certain or there is none: whatever it is not sure of (an escape in a name or in a noted value, a name that
//! comes twice, brackets deeper than it follows) is left to the parser, as is everything that is no JSON.

use strum::{EnumCount, IntoStaticStr, VariantArray};
use wide::u8x16;

/// Deeper brackets are the parser's.
const DEEPEST: usize = 64;

/// The fields that are noted, by their paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumCount, IntoStaticStr, VariantArray)]
#[strum(const_into_str)]
pub enum Noted {
    #[strum(serialize = "eventVersion")]
    Version,
    #[strum(serialize = "eventTime")]
    Time,
    #[strum(serialize = "eventSource")]
    Source,
    #[strum(serialize = "eventName")]
    Name,
    #[strum(serialize = "eventID")]
    Id,
    #[strum(serialize = "eventType")]
    Type,
    #[strum(serialize = "eventCategory")]
    Category,
    #[strum(serialize = "awsRegion")]
    Region,
    #[strum(serialize = "sourceIPAddress")]
    SourceIp,
    #[strum(serialize = "userAgent")]
    UserAgent,
    #[strum(serialize = "errorCode")]
    ErrorCode,
    #[strum(serialize = "errorMessage")]
    ErrorMessage,
    #[strum(serialize = "readOnly")]
    ReadOnly,
    #[strum(serialize = "managementEvent")]
    IsManagement,
    #[strum(serialize = "recipientAccountId")]
    Recipient,
    #[strum(serialize = "sharedEventID")]
    SharedId,
    #[strum(serialize = "sessionCredentialFromConsole")]
    FromConsole,
    #[strum(serialize = "userIdentity.type")]
    IdentityType,
    #[strum(serialize = "userIdentity.principalId")]
    PrincipalId,
    #[strum(serialize = "userIdentity.arn")]
    Arn,
    #[strum(serialize = "userIdentity.accountId")]
    AccountId,
    #[strum(serialize = "userIdentity.accessKeyId")]
    AccessKeyId,
    #[strum(serialize = "userIdentity.userName")]
    UserName,
    #[strum(serialize = "userIdentity.invokedBy")]
    InvokedBy,
    #[strum(serialize = "userIdentity.sessionContext.signInSessionArn")]
    SignInSession,
    #[strum(serialize = "userIdentity.sessionContext.sessionIssuer.arn")]
    SessionIssuer,
    #[strum(serialize = "userIdentity.sessionContext.attributes.creationDate")]
    SessionCreated,
    #[strum(serialize = "userIdentity.sessionContext.attributes.mfaAuthenticated")]
    Mfa,
}

/// The objects that have noted fields.
#[derive(Debug, Clone, Copy, EnumCount)]
enum Container {
    Record,
    Identity,
    Session,
    Issuer,
    Attributes,
}

/// What a name means within its object.
enum Meaning {
    Noted(Noted),
    Container(Container),
    /// Of a list of records, which a document has.
    Records,
    Nothing,
}

impl Container {
    fn meaning(self, name: &[u8]) -> Meaning {
        use Meaning::{Container as In, Noted as Is};
        match (self, name) {
            (Self::Record, b"eventVersion") => Is(Noted::Version),
            (Self::Record, b"eventTime") => Is(Noted::Time),
            (Self::Record, b"eventSource") => Is(Noted::Source),
            (Self::Record, b"eventName") => Is(Noted::Name),
            (Self::Record, b"eventID") => Is(Noted::Id),
            (Self::Record, b"eventType") => Is(Noted::Type),
            (Self::Record, b"eventCategory") => Is(Noted::Category),
            (Self::Record, b"awsRegion") => Is(Noted::Region),
            (Self::Record, b"sourceIPAddress") => Is(Noted::SourceIp),
            (Self::Record, b"userAgent") => Is(Noted::UserAgent),
            (Self::Record, b"errorCode") => Is(Noted::ErrorCode),
            (Self::Record, b"errorMessage") => Is(Noted::ErrorMessage),
            (Self::Record, b"readOnly") => Is(Noted::ReadOnly),
            (Self::Record, b"managementEvent") => Is(Noted::IsManagement),
            (Self::Record, b"recipientAccountId") => Is(Noted::Recipient),
            (Self::Record, b"sharedEventID") => Is(Noted::SharedId),
            (Self::Record, b"sessionCredentialFromConsole") => Is(Noted::FromConsole),
            (Self::Record, b"Records" | b"Events") => Meaning::Records,
            (Self::Record, b"userIdentity") => In(Self::Identity),
            (Self::Identity, b"type") => Is(Noted::IdentityType),
            (Self::Identity, b"principalId") => Is(Noted::PrincipalId),
            (Self::Identity, b"arn") => Is(Noted::Arn),
            (Self::Identity, b"accountId") => Is(Noted::AccountId),
            (Self::Identity, b"accessKeyId") => Is(Noted::AccessKeyId),
            (Self::Identity, b"userName") => Is(Noted::UserName),
            (Self::Identity, b"invokedBy") => Is(Noted::InvokedBy),
            (Self::Identity, b"sessionContext") => In(Self::Session),
            (Self::Session, b"signInSessionArn") => Is(Noted::SignInSession),
            (Self::Session, b"sessionIssuer") => In(Self::Issuer),
            (Self::Session, b"attributes") => In(Self::Attributes),
            (Self::Issuer, b"arn") => Is(Noted::SessionIssuer),
            (Self::Attributes, b"creationDate") => Is(Noted::SessionCreated),
            (Self::Attributes, b"mfaAuthenticated") => Is(Noted::Mfa),
            _ => Meaning::Nothing,
        }
    }
}

/// What stands at a noted field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// Nothing, or null.
    Absent,
    /// A string without escapes, between these bytes.
    Text(u32, u32),
    Flag(bool),
    /// A number, a list or an object.
    Other,
}

/// What stands at a noted field, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotedValue<'t> {
    Absent,
    Text(&'t str),
    Flag(bool),
}

/// The fields of one record, as places in its text.
#[derive(Debug, Clone)]
pub struct Glance {
    fields: [Seen; Noted::COUNT],
    /// How many members the record has.
    pub members: usize,
}

impl Glance {
    /// What `text` is at a glance; none where that is not sure.
    pub fn of(text: &str) -> Option<Self> {
        let mut scan = Scan::of(text.as_bytes());
        scan.space();
        scan.object(Some(Container::Record), 0)?;
        scan.space();
        (scan.at == scan.bytes.len() && scan.is_sure).then_some(scan.glance)
    }

    /// The length of the object with which `text` begins, and its glance where that is sure; none where it may not be
    /// sound, or holds records itself.
    pub fn of_first(text: &str) -> Option<(usize, Option<Self>)> {
        let mut scan = Scan::of(text.as_bytes());
        scan.object(Some(Container::Record), 0)?;
        let glance = scan.is_sure.then_some(scan.glance);
        (!scan.has_records).then_some((scan.at, glance))
    }

    /// What stands at `field` of `text`, of which this is the glance; none where the tree must tell.
    pub fn value<'t>(&self, field: Noted, text: &'t str) -> Option<NotedValue<'t>> {
        Some(match self.fields.get(field as usize)? {
            Seen::Absent => NotedValue::Absent,
            Seen::Flag(flag) => NotedValue::Flag(*flag),
            Seen::Text(begin, end) => NotedValue::Text(text.get(*begin as usize..*end as usize)?),
            Seen::Other => return None,
        })
    }
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Of two containers of one name the last one counts: the second one is left to the parser.
    met: [bool; Container::COUNT],
    /// Whether the glance tells what a tree would.
    is_sure: bool,
    has_records: bool,
    glance: Glance,
}

impl<'t> Scan<'t> {
    fn of(bytes: &'t [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            met: [false; Container::COUNT],
            is_sure: true,
            has_records: false,
            glance: Glance {
                fields: [Seen::Absent; Noted::COUNT],
                members: 0,
            },
        }
    }
}

/// Each step ends behind what it read, or gives up.
impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// An object; `container` where it has noted fields.
    fn object(&mut self, container: Option<Container>, depth: usize) -> Option<()> {
        self.take(b'{')?;
        self.separated(b'}', |scan| scan.member(container, depth))
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        self.take(b'[')?;
        self.separated(b']', |scan| scan.value(depth + 1))
    }

    /// What stands between commas, up to the bracket `close`.
    fn separated(&mut self, close: u8, one: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        self.space();
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            one(self)?;
            self.space();
            if self.take(close).is_some() {
                return Some(());
            }
            self.take(b',')?;
            self.space();
        }
    }

    fn member(&mut self, container: Option<Container>, depth: usize) -> Option<()> {
        let (begin, end, is_plain) = self.string()?;
        self.space();
        self.take(b':')?;
        self.space();
        let Some(container) = container else {
            return self.value(depth + 1);
        };
        self.is_sure &= is_plain;
        if let Container::Record = container {
            self.glance.members += 1;
        }
        match container.meaning(self.bytes.get(begin..end)?) {
            Meaning::Nothing => self.value(depth + 1),
            Meaning::Records => {
                self.has_records = true;
                self.value(depth + 1)
            }
            Meaning::Noted(field) => self.noted(field, depth),
            Meaning::Container(inner) => self.inner(inner, depth),
        }
    }

    fn inner(&mut self, container: Container, depth: usize) -> Option<()> {
        let met = self.met.get_mut(container as usize)?;
        self.is_sure &= !std::mem::replace(met, true);
        match self.peek()? {
            b'{' => self.object(Some(container), depth + 1),
            b'n' => self.word(b"null"),
            _ => {
                self.is_sure = false;
                self.value(depth + 1)
            }
        }
    }

    fn noted(&mut self, field: Noted, depth: usize) -> Option<()> {
        let slot = field as usize;
        self.is_sure &= *self.glance.fields.get(slot)? == Seen::Absent;
        let seen = match self.peek()? {
            b'"' => {
                let (begin, end, is_plain) = self.string()?;
                self.is_sure &= is_plain;
                Seen::Text(u32::try_from(begin).ok()?, u32::try_from(end).ok()?)
            }
            b't' => {
                self.word(b"true")?;
                Seen::Flag(true)
            }
            b'f' => {
                self.word(b"false")?;
                Seen::Flag(false)
            }
            b'n' => {
                self.word(b"null")?;
                Seen::Absent
            }
            _ => {
                self.value(depth + 1)?;
                Seen::Other
            }
        };
        *self.glance.fields.get_mut(slot)? = seen;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'{' if depth < DEEPEST => self.object(None, depth),
            b'[' if depth < DEEPEST => self.list(depth),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            b'-' | b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        let is_it = self.bytes.get(self.at..)?.starts_with(word);
        is_it.then(|| self.at += word.len())
    }

    /// Where the text of a string begins and ends, and whether it has no escapes.
    fn string(&mut self) -> Option<(usize, usize, bool)> {
        self.take(b'"')?;
        let begin = self.at;
        let mut is_plain = true;
        loop {
            self.at += plain_length(self.bytes.get(self.at..)?);
            match self.peek()? {
                b'"' => break,
                b'\\' => is_plain = false,
                // a control character
                _ => return None,
            }
            self.at += 1;
            match self.peek()? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
                b'u' => {
                    let digits = self.bytes.get(self.at + 1..self.at + 5)?;
                    if !digits.iter().all(u8::is_ascii_hexdigit) {
                        return None;
                    }
                    self.at += 5;
                }
                _ => return None,
            }
        }
        let end = self.at;
        self.at += 1;
        Some((begin, end, is_plain))
    }

    fn digits(&mut self) -> Option<()> {
        let begin = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        (self.at > begin).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        if self.peek()? == b'-' {
            self.at += 1;
        }
        if self.peek()? == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }
}

/// How many bytes follow that stand for themselves in a string: sixteen are looked at in one step.
#[inline]
pub fn plain_length(bytes: &[u8]) -> usize {
    let (quote, backslash) = (u8x16::splat(b'"'), u8x16::splat(b'\\'));
    let last_control = u8x16::splat(0x1f);
    let mut length = 0;
    let (chunks, rest) = bytes.as_chunks::<16>();
    for chunk in chunks {
        let chunk = u8x16::new(*chunk);
        let is_control = chunk.min(last_control).simd_eq(chunk);
        let found = chunk.simd_eq(quote) | chunk.simd_eq(backslash) | is_control;
        let found = found.to_bitmask();
        if found != 0 {
            return length + found.trailing_zeros() as usize;
        }
        length += 16;
    }
    let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | ..0x20);
    length + rest.iter().take_while(|byte| is_plain(byte)).count()
}

#[cfg(test)]
mod tests;
