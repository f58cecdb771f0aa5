'''The alerts' Lambda function: events from a queue in, messages that people can act on out.

Python 3.13 and boto3. The template holds this file without its docstrings and comments (it has to
be small: hence the two spaces), and below it
CATALOGUE = '...', base64 of zlib of the rules and of every word of a message:
  {'language': 'en', 'timezone': 'Asia/Seoul', 'labels': {'actor': 'Actor', ...}, 'rules': [
    {'name', 'title', 'meaning', 'level', 'group', 'attack': [], 'patterns': []}, ...]}
Events are never trusted: what is missing or of a wrong type is unknown, what is hostile is
escaped, and nothing raises. Decode -> decide -> say -> deliver -> entry points.
'''
import base64, contextlib, fnmatch, functools, hashlib, hmac, ipaddress, json, operator, os, re
import shlex, time, unicodedata, urllib.request, zlib, zoneinfo
from datetime import date, datetime, timedelta, timezone
import boto3

UTC = timezone.utc
LEVELS = ('low', 'medium', 'high', 'critical')
LEASE = 180  # seconds that a claim holds, longer than the function may run
STORM = 600  # seconds in which like alerts are one
ENV = os.environ
KEPT = 14 * 86400  # seconds that the table remembers, as long as queues do


# --- decode: what an event says ---

def get(value, path):
  '''What stands at a dotted path (of arrays the first element), or None.'''
  for step in path.split('.'):
    value = value[0] if isinstance(value, list) and value else value
    value = value.get(step) if isinstance(value, dict) else None
  return value


def text(value, limit=200):
  '''One line of visible characters, with how many were cut off; or None.'''
  value = value[0] if isinstance(value, list) and value else value
  if isinstance(value, bool) or not isinstance(value, (str, int, float)) or value == '':
    return None
  raw = str(value)
  hidden = ('Cc', 'Cf', 'Cn', 'Co', 'Cs', 'Zl', 'Zp')  # controls, bidi, zero width, surrogates
  shown = ''.join(f'\\u{{{ord(c):x}}}' if unicodedata.category(c) in hidden else c
                  for c in raw[:limit])
  return shown + (f'...[+{len(raw) - limit}]' if len(raw) > limit else '')


def pick(value, *paths):
  '''The first text at one of the paths, or None.'''
  return next(iter(texts(*(get(value, path) for path in paths))), None)


def texts(*values):
  return list(dict.fromkeys(filter(None, map(text, values))))


def instant(value):
  '''A time as RFC 3339, or None.'''
  try:
    when = datetime.fromisoformat(value)
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
  except (TypeError, ValueError, OverflowError):
    return None


def rfc3339(when):
  return when.isoformat(timespec='seconds').replace('+00:00', 'Z') if when else None


class Fields(dict):
  '''A dict whose values read as attributes.'''
  __getattr__, __setattr__ = dict.__getitem__, dict.__setitem__


def now():
  return datetime.fromtimestamp(time.time(), UTC)


def blank(kind, **fields):
  '''The document of a message, as SQS subscribers and webhooks get it.'''
  keys = ('rule', 'group', 'title', 'meaning', 'summary', 'account', 'region', 'actor',
          'actor_arn', 'source_ip', 'user_agent', 'mfa', 'target', 'event', 'error',
          'event_id', 'command', 'test_id')
  return Fields({
      **dict.fromkeys(keys), 'schema_version': 1, 'kind': kind, 'severity': kind, 'also': [],
      'attack': [], 'departments': [], 'off_hours': False, 'count': 1, 'time': rfc3339(now()),
      **fields})


def decode(event, fallback_id):
  '''What is said to people, and what decisions rest on besides.'''
  said = blank('alert', event_id=pick(event, 'id') or fallback_id, time=pick(event, 'time'),
               account=pick(event, 'account'), region=pick(event, 'region'))
  rests = Fields(sentence='finding', targets=[], principals=[], arns=[], about=[], key=None,
                 event_id=None, by_service=False, writes_iam=False)
  if get(event, 'detail.eventName'):
    decode_call(get(event, 'detail'), said, rests)
  else:
    decode_finding(get(event, 'detail'), said, rests)
  said.time = rfc3339(instant(said.time) or instant(get(event, 'time')))
  said.target = ', '.join(rests.targets[:3]) or None
  return said, rests


def decode_call(detail, said, rests):
  '''A CloudTrail record: an API call, a console sign-in, a service's event.'''
  who, request = get(detail, 'userIdentity'), get(detail, 'requestParameters')
  answer, issuer = get(detail, 'responseElements'), get(who, 'sessionContext.sessionIssuer')
  service = (pick(detail, 'eventSource') or 'unknown').split('.')[0]
  name, arn, error = pick(detail, 'eventName'), pick(who, 'arn'), pick(detail, 'errorCode')
  for field, key in (('event_id', 'eventID'), ('account', 'recipientAccountId'),
                     ('region', 'awsRegion'), ('time', 'eventTime'), ('user_agent', 'userAgent'),
                     ('source_ip', 'sourceIPAddress'), ('mfa', 'additionalEventData.MFAUsed')):
    said[field] = pick(detail, key) or said[field]
  said.event, said.actor_arn = f'{service}:{name}', arn
  said.actor = pick(who, 'userName', 'invokedBy', 'onBehalfOf.userId', 'principalId', 'accountId')
  if get(who, 'type') == 'Root':
    said.actor = 'root'
  elif re.search(':(assumed-role|federated-user)/', arn or ''):
    said.actor = arn.split('/', 1)[1]  # role and session
  if name == 'ConsoleLogin':
    rests.sentence, rests.targets = 'signed_in', texts(said.actor)
    error = error or get(answer, 'ConsoleLogin') == 'Failure' and 'Failure'
  else:
    rests.sentence = 'did'
    named = sorted(names(request)) or sorted(names(answer))
    rests.targets = texts(*(value for *_, value in named), get(answer, 'groupId'))
  said.error = ': '.join(texts(error, get(detail, 'errorMessage'))) or None
  if said.error:
    rests.sentence += '_failed'
  rests.principals = texts(said.actor, arn, *(
      get(part, key) for part in (who, issuer) for key in ('arn', 'userName')))
  rests.event_id = pick(detail, 'eventID')
  rests.key = pick(answer, 'accessKey.accessKeyId') or (
      service == 'iam' and pick(request, 'accessKeyId'))
  rests.by_service = (get(who, 'type') == 'AWSService'
                      or ':role/aws-service-role/' in str(get(issuer, 'arn')))
  rests.writes_iam = service == 'iam' and get(detail, 'readOnly') is not True
  ec2 = f'ec2:{said.region}:{said.account}:'
  owned = [ec2 + ('instance/' if target[0] == 'i' else 'security-group/') + target
           for target in rests.targets if re.fullmatch('(sg|i)-[0-9a-f]+', target)]
  for owner, key, kind in (('s3', 'bucketName', 's3:::'),
                           ('iam', 'userName', f'iam::{said.account}:user/'),
                           ('iam', 'roleName', f'iam::{said.account}:role/')):
    owned += [kind + target for target in texts(get(request, key)) if service == owner]
  rests.about = texts(*('arn:aws:' + rest for rest in owned),
                      *(get(part, 'ARN') for part in flat(get(detail, 'resources'))[:9]))
  rests.arns = texts(arn, get(issuer, 'arn'), *rests.about)


def names(value, key='', depth=0):
  '''The names, ids and ARNs in a request or an answer, as (how deep, key, text).'''
  if isinstance(value, str) and re.search(NAMES, key):
    yield (depth if key in SUBJECTS else depth + 9), key, value
  elif isinstance(value, dict) and depth < 5:
    for name, inner in list(value.items())[:50]:
      yield from names(inner, key if name == 'items' else name, depth + 1)
  elif isinstance(value, list) and depth < 5:
    for inner in value[:20]:
      yield from names(inner, key, depth + 1)


NAMES = '(?i)(?<!request)(?<!owner)(?<!device)(name|ids?|arn|identifier)$'
# who or what a call is about, before what else it names
SUBJECTS = ('userName', 'roleName', 'groupName', 'groupId', 'instanceId', 'bucketName')


# where findings say things: the first path that leads to a text is taken
CONFIG = {'type': 'configRuleName', 'target': 'resourceId resourceType'}
GUARDDUTY = {
    'id': 'id', 'grade': 'severity', 'changed': 'updatedAt', 'type': 'type', 'summary': 'title',
    'actor': 'resource.accessKeyDetails.userName', 'key': 'resource.accessKeyDetails.accessKeyId',
    'target': 'resource.instanceDetails.instanceId resource.s3BucketDetails.name '
              'resource.accessKeyDetails.accessKeyId resource.resourceType',
    'source_ip': 'service.action.awsApiCallAction.remoteIpDetails.ipAddressV4 '
                 'service.action.networkConnectionAction.remoteIpDetails.ipAddressV4 '
                 'service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV4'}
SECURITY_HUB = {  # ASFF, and OCSF behind it
    'id': 'Id finding_info.uid metadata.uid', 'grade': 'Severity.Label severity',
    'type': 'GeneratorId finding_info.types class_name',
    'changed': 'UpdatedAt finding_info.modified_time_dt time_dt time',
    'summary': 'Title finding_info.title', 'region': 'Region cloud.region',
    'account': 'AwsAccountId cloud.account.uid', 'target': 'Resources.Id resources.uid',
    'actor': 'Resources.Details.AwsIamAccessKey.PrincipalName evidences.actor.user.name',
    'key': 'Resources.Details.AwsIamAccessKey.AccessKeyId',
    'source_ip': 'Network.SourceIpV4 Action.AwsApiCallAction.RemoteIpDetails.IpAddressV4 '
                 'evidences.src_endpoint.ip'}


def decode_finding(detail, said, rests):
  '''Of Config, GuardDuty, Security Hub, or what is unknown.'''
  if finding := get(detail, 'findings'):
    service, paths, detail = 'securityhub', SECURITY_HUB, flat(finding)[0]
  elif get(detail, 'configRuleName'):
    service, paths, rests.sentence = 'config', CONFIG, 'not_compliant'
  else:
    service, paths = 'guardduty', GUARDDUTY
  found = {field: pick(detail, *where.split()) for field, where in paths.items()}
  grade = found.pop('grade', None)
  if id := found.pop('id', None):  # no event id; told anew when its severity changes only
    said.event_id = digest_of(id, grade)
  said.event = found['type'] and f'{service}:{found["type"]}'
  said.time = found.get('changed') or said.time
  rests.update(targets=texts(found['target']), principals=texts(found.get('actor')),
               key=found.get('key'))
  rests.arns = rests.about = [name for name in rests.targets if name.startswith('arn:')]
  said.update({field: value for field, value in found.items() if value and field in said})


def digest_of(*parts):
  return hashlib.sha256('|'.join(map(str, parts)).encode()).hexdigest()


# --- decide: which rules, how severe, told to whom ---

def flat(value):
  '''The elements of an array and of those in it, or the one value.'''
  found, rest = [], [value]
  while rest:
    value = rest.pop()
    if isinstance(value, list):
      rest += reversed(value)
    else:
      found.append(value)
  return found


def matches(pattern, value):
  '''Whether an object meets an EventBridge pattern, as EventBridge decides it.'''
  for key, wanted in pattern.items():
    found = flat(value[key]) if key in value else []
    if key == '$or':
      met = any(matches(branch, value) for branch in wanted)
    elif isinstance(wanted, dict):  # all of it must hold in one and the same element
      inner = [part for part in found if isinstance(part, dict)] or [{}]
      met = any(matches(wanted, part) for part in inner)
    else:
      leaves = [part for part in found if not isinstance(part, dict)]
      met = any(test['exists'] is bool(leaves) if isinstance(test, dict) and 'exists' in test
                else any(meets(test, leaf) for leaf in leaves) for test in wanted)
    if not met:
      return False
  return True


def meets(test, value):
  '''One alternative of a pattern against one value that is neither object nor array.'''
  number = type(value) in (int, float)
  if not isinstance(test, dict):
    return test == value and isinstance(test, bool) is isinstance(value, bool)
  (name, operand), = test.items()
  if name == 'anything-but':
    negated = [operand] if isinstance(operand, dict) else flat(operand)
    return not any(meets(other, value) for other in negated)
  if name == 'numeric':
    pairs = zip(operand[::2], operand[1::2])
    return number and all(COMPARE[sign](value, bound) for sign, bound in pairs)
  return isinstance(value, str) and any(TESTS[name](value, other) for other in flat(operand))


def in_network(address, network):
  try:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
  except ValueError:
    return False


def wildcard(value, pattern):
  '''EventBridge's: `*` is wild, and a backslash makes it literal.'''
  glob = re.sub(r'\\(.)|([?[])', lambda found: f'[{found[1] or found[2]}]', pattern)
  return bool(re.match(fnmatch.translate(glob), value))


COMPARE = {'=': operator.eq, '<': operator.lt, '<=': operator.le, '>': operator.gt,
           '>=': operator.ge}
TESTS = {'prefix': str.startswith, 'suffix': str.endswith, 'wildcard': wildcard,
         'cidr': in_network,
         'equals-ignore-case': lambda value, other: value.lower() == other.lower()}


def like(wanted, *values):
  '''Whether one of the values meets a setting's wildcards (`*`, `?`), ignoring case.'''
  regex = fnmatch.translate(wanted.replace('[', '[[]'))
  return any(re.match(regex, value, re.I) for value in values if value)


def cached(seconds):
  '''Remembers what a function returned, for so long.'''
  def wrap(function):
    kept = {}

    def call(*args):
      if args not in kept or kept[args][0] < time.time():
        if len(kept) > 500:
          kept.clear()
        kept[args] = time.time() + seconds, function(*args)
      return kept[args][1]
    call.forget = kept.clear
    return call
  return wrap


@cached(60)
def settings():
  '''Where they cannot be read alerts go out all the same, and none is hidden.'''
  try:
    value = json.loads(parameter(ENV['SETTINGS_PARAMETER']))
    return {'severity': value['severity'], **value}
  except Exception as error:
    log('settings cannot be read', error)
    return {'severity': 'medium', 'unread': True}


@cached(300)
def tags_of(arn, region, account):
  '''Pairs; none where they cannot be read, so that no condition holds by mistake.'''
  try:
    owner = re.fullmatch(rf'arn:[a-z-]+:iam::{re.escape(account)}:(user|role)/(?:.+/)?([^/]+)', arn)
    if owner and owner[1] == 'user':
      found = [client('iam').list_user_tags(UserName=owner[2])]
    elif owner:
      found = [client('iam').list_role_tags(RoleName=owner[2])]
    else:
      found = client('resourcegroupstaggingapi', region).get_resources(
          ResourceARNList=[arn])['ResourceTagMappingList']
    return [(tag['Key'], tag['Value']) for resource in found for tag in resource['Tags']]
  except Exception as error:
    log('tags cannot be read', error)
    return []


def concerns(conditions, said, rests):
  '''Whether all conditions of a suppression or route hold; a malformed one does not.'''
  def has_tag(wanted):
    return any(like(wanted['key'], key) and like(wanted['value'], value) for arn in rests.arns
               for key, value in tags_of(arn, said.region, said.account))
  tests = {
      'principal': lambda wanted: like(wanted, *rests.principals),
      'event': lambda wanted: like(wanted, said.event, (said.event or '').split(':')[-1]),
      'source_ip': lambda wanted: in_network(said.source_ip, wanted),
      'user_agent': lambda wanted: like(wanted, said.user_agent),
      'resource': lambda wanted: like(wanted, *rests.targets, *rests.about),
      'rule': lambda wanted: like(wanted, said.rule),
      'tag': has_tag}  # last, since it asks AWS
  try:
    given = [name for name in tests if name in conditions]
    return bool(given) and all(tests[name](conditions[name]) for name in given)
  except (AttributeError, TypeError, KeyError):
    return False


@functools.cache
def zone(name):
  '''A time zone, or None. Where Lambda has no tzdata, dateutil brings its own.'''
  try:
    return zoneinfo.ZoneInfo(name)
  except Exception:
    from dateutil import tz  # comes with boto3
    return tz.gettz(name) if isinstance(name, str) else None


def off_hours(said, rests, hours):
  '''Whether IAM was changed outside of work hours.'''
  with contextlib.suppress(AttributeError, KeyError, OverflowError, TypeError):
    if rests.writes_iam and hours:
      local = instant(said.time).astimezone(zone(hours['timezone']) or UTC)
      day = ('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[local.weekday()]
      return not (day in hours['days'] and hours['from'] <= f'{local:%H:%M}' < hours['until'])
  return False


@functools.cache
def catalogue():
  return json.loads(zlib.decompress(base64.b64decode(CATALOGUE)))


def word(label, **values):
  return catalogue()['labels'][label].format(**values)


def rank(level):
  return LEVELS.index(level) if level in LEVELS else 0  # informational counts as low


def rules_met(event):
  '''The most severe first. Forwarders let through more than rules ask for: there may be none.'''
  met = [rule for rule in catalogue()['rules']
         if any(matches({'source': pattern['source']}, event)  # first what tells most of them apart
                and matches(pattern, event) for pattern in rule['patterns'])]
  return sorted(met, key=lambda rule: -rank(rule['level']))


def decide(met, said, rests):
  '''Completes the document; returns why the alert is suppressed, or None.'''
  (rule, *also), chosen = met, settings()
  severity = rank(rule['level'])
  if rests.by_service and severity < rank('critical'):
    severity = rank('low')
  off = off_hours(said, rests, chosen.get('work_hours'))
  said.update({key: rule[key] for key in ('title', 'meaning', 'group', 'attack')})
  said.update(rule=rule['name'], also=[other['name'] for other in also], off_hours=off,
              severity=LEVELS[min(severity + off, rank('critical'))], command=command(said, rests))
  said.summary = said.summary or in_words(rests.sentence, said)
  said.departments = [entry['name'] for entry in flat(chosen.get('routes'))
                         if pick(entry, 'name') and concerns(entry, said, rests)]
  for entry in flat(chosen.get('suppress')):
    if said.severity != 'critical' and holds(entry) and concerns(entry, said, rests):
      return pick(entry, 'reason') or '-'
  return None


def holds(suppression):
  '''Until the end of its last day; never without one.'''
  try:
    return date.fromisoformat(get(suppression, 'until')) >= now().date()
  except (TypeError, ValueError):
    return False


# --- say: the words ---

def in_words(label, said):
  return word(label, **{key: word('unknown') if value is None else value
                        for key, value in said.items()})


def command(said, rests):
  '''The command that looks into it, only of values that look as they must.'''
  def valid(pattern, *values):
    return [value for value in values if value and re.fullmatch(pattern, value, re.A)]
  service, _, call = (said.event or '').partition(':')
  name = r'[\w+=,.@][\w+=,.@/-]{0,127}'
  at = valid('[a-z]{2}(-[a-z]+)+-[0-9]', said.region)
  at = at and ['--regions', *at]
  if key := valid('(AKIA|ASIA)[A-Z0-9]{16,124}', rests.key):
    words = ['trace-key', *key]
  elif 'SecurityGroup' in call and (found := valid('sg-[0-9a-f]{8,17}', *rests.targets)):
    words = ['changes', 'security-groups', found[0], *at]
  elif service == 'iam' and (found := valid(name, *rests.targets)):
    words = ['changes', 'iam', found[0]]
  elif re.match('(Stop|Terminate|Reboot)Instances', call) and (
          found := valid('i-[0-9a-f]{8,17}', *rests.targets)):
    words = ['stopped-instances', *found[:5], *at]
  elif service == 'signin':
    words = ['logins', *valid(name, said.actor)]
  elif found := valid('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', rests.event_id):
    words = ['lookup', '--attribute', 'EventId=' + found[0], *at]
  elif found := valid('[A-Za-z0-9][A-Za-z0-9_:/.@+=-]*', *rests.targets):
    words = ['run', 'resource-history', '--param', 'resource=' + found[0], *at]
  else:
    words = ['hunt', *at]
  with contextlib.suppress(OverflowError, TypeError):
    words += ['--since', rfc3339(instant(said.time) - timedelta(days=1))]
  return shlex.join(['trailhunt', *words])


def headline(said):
  more = in_words('more', said) + ' ' if said.kind == 'storm' else ''
  return f'[{word(said.severity)}] {more}{said.title}'


def subject(said):
  '''ASCII and below 100 characters, as SNS wants it.'''
  label = 'finding' if said.kind == 'alert' and not said.actor else said.kind
  short = dict(said, severity=said.severity.upper(), event=(said.event or '').partition(':')[2])
  failed = bool(said.error)  # must be seen at once: nothing came of it
  for key, room in (('event', 33 if failed else 40), ('actor', 26), ('target', 26),
                    ('account', 12)):
    value = short[key] or word('subject_unknown')
    if len(value) > room:  # the end of an ARN says most
      value = '..' + value[2 - room:] if key == 'target' else value[:room - 2] + '..'
    short[key] = value
  if failed:
    short['event'] = word('subject_failed', event=short['event'])
  return in_words('subject_' + label, short).encode('ascii', 'replace').decode()[:99]


def body(said):
  '''The message: what happened, the fields, and what to do.'''
  if said.kind == 'digest':
    return '\n'.join([headline(said), said.summary, '', *said.lines])
  shown = dict(said, also=', '.join(said.also), attack=', '.join(said.attack),
               departments=', '.join(said.departments),
               off_hours=said.off_hours and word('off_hours_meaning'))
  if said.actor_arn:
    shown['actor'] = f'{said.actor} ({said.actor_arn})'
  if when := instant(said.time):
    shown['time'] = f'{when:%Y-%m-%d %H:%M:%S} UTC'
    name = catalogue()['timezone']
    with contextlib.suppress(OverflowError):
      if local := zone(name):
        shown['time'] += f' ({when.astimezone(local):%Y-%m-%d %H:%M:%S} {name})'
  for key in ('actor', 'source_ip', 'target', 'region', 'account', 'time', 'event'):
    shown[key] = shown[key] or word('unknown')
  lines = [f'{word(key)}: {shown[key]}' for key in (
      'actor', 'source_ip', 'user_agent', 'mfa', 'target', 'region', 'account', 'time', 'event',
      'error', 'off_hours', 'meaning', 'attack', 'rule', 'also', 'departments', 'event_id')
      if shown[key]]
  return '\n'.join([headline(said), said.summary, '', *lines, '', word('look_into_it'),
                    said.command])


def plain(value):
  '''For chats: nothing in it is a mention, a link or markup.'''
  value = value[:3000]
  for bad, good in (('&', '&amp;'), ('<', '&lt;'), ('>', '&gt;'), ('`', "'")):
    value = value.replace(bad, good)
  return value


def fenced(said):
  return '```\n' + plain(body(said).partition('\n')[2]) + '\n```'


# --- deliver: once, whatever fails and is retried ---

@functools.cache
def client(service, region=None):
  return boto3.client(service, region_name=region)


@functools.cache
def table():
  return boto3.resource('dynamodb').Table(ENV['TABLE'])


def parameter(name):
  return client('ssm').get_parameter(Name=name, WithDecryption=True)['Parameter']['Value']


def log(what, error):
  print(json.dumps({'message': what, 'error': f'{type(error).__name__}: {error}'[:500]}))


def update(pk, sk, expression, values, condition=None):
  '''Updates an item, and returns it; None where the condition does not hold.'''
  only = {'ConditionExpression': condition} if condition else {}
  values = {':expires': int(time.time()) + KEPT, **values}
  try:
    return table().update_item(
        Key={'pk': pk, 'sk': sk}, UpdateExpression='SET expires = :expires, ' + expression,
        ExpressionAttributeValues=values, ReturnValues='ALL_NEW', **only)['Attributes']
  except table().meta.client.exceptions.ConditionalCheckFailedException:
    return None


def read(pk, sk):
  return table().get_item(Key={'pk': pk, 'sk': sk}, ConsistentRead=True).get('Item') or {}


def deliver(key, said, plan):
  '''Carries out each step of `plan(said)` once; raises where one fails, to be retried.

  Steps are marked when done, so that a retry repeats none. A failure releases the claim on the
  event; after a crash its lease runs out.
  '''
  pk, this_second = f'event#{key}', int(time.time())
  claim = update(pk, 'event', 'lease_until = :lease',
                 {':lease': this_second + LEASE, ':now': this_second},
                 'attribute_not_exists(all_sent) AND '
                 '(attribute_not_exists(lease_until) OR lease_until < :now)')
  if not claim:
    if 'all_sent' in read(pk, 'event'):
      return
    raise RuntimeError('another run is at it')
  failed = []
  try:
    for name, step in plan(said).items():
      if name not in claim.get('sent', ()):
        try:
          step(said)
          update(pk, 'event', 'lease_until = :lease ADD sent :name',
                 {':lease': this_second + LEASE, ':name': {name}})
        except Exception as error:
          log(f'{name} failed', error)
          failed.append(name)
    if failed:
      raise RuntimeError(', '.join(failed) + ' failed')
    update(pk, 'event', 'all_sent = :true', {':true': True})
  except Exception:
    with contextlib.suppress(Exception):
      update(pk, 'event', 'lease_until = :none', {':none': 0})
    raise


def at_once(said):
  return said.severity not in LEVELS or rank(said.severity) >= rank(settings()['severity'])


def publish(said):
  '''To the topic, whose subscriptions filter by the attributes.'''
  storm = said.kind == 'storm' and at_once(said)
  values = {key: said[key] or 'unknown' for key in ('group', 'rule', 'account', 'region')}
  values['severity'] = 'storm' if storm else said.severity
  attributes = {name: {'DataType': 'String', 'StringValue': value}
                for name, value in values.items()}
  if said.departments:
    attributes['department'] = {'DataType': 'String.Array',
                                'StringValue': json.dumps(said.departments)}
  client('sns').publish(
      TopicArn=ENV['ALERTS_TOPIC'], Subject=subject(said), MessageStructure='json',
      Message=json.dumps({'default': body(said), 'email': body(said), 'sqs': json.dumps(said)}),
      MessageAttributes=attributes)


def publish_chat(said):
  '''In Amazon Q's schema of custom notifications; it drops everything else.'''
  title = plain(headline(said))[:250]
  message = {'version': '1.0', 'source': 'custom', 'id': said.event_id[:64], 'content': {
      'textType': 'client-markdown', 'title': title, 'description': fenced(said),
      'nextSteps': [f'`{said.command}`'], 'keywords': texts(said.severity, said.group, said.rule)},
      'metadata': {'threadId': storm_key(said), 'summary': title}}
  client('sns').publish(TopicArn=ENV['CHAT_TOPIC'], Message=json.dumps(message))


@cached(300)
def secret(name):
  '''`{"url", "secret"}` of a SecureString; for Slack the URL alone will do.'''
  value = parameter(name).strip()
  found = json.loads(value) if value.startswith('{') else {'url': value}
  if not str(get(found, 'url')).startswith('https://'):
    raise ValueError('its URL is not https')
  return found


class NoRedirect(urllib.request.HTTPRedirectHandler):
  def redirect_request(self, *_):
    return None


opener = urllib.request.build_opener(NoRedirect)


def post(url, content, headers):
  headers['Content-Type'] = 'application/json'
  try:
    opener.open(urllib.request.Request(url, content, headers), timeout=5).close()
  except Exception as error:  # its words may hold the URL, which is a secret
    raise RuntimeError(f'{type(error).__name__} {getattr(error, "code", "")}') from None


def post_slack(said):
  message = {'text': f'*{plain(headline(said))}*\n{fenced(said)}'}
  post(secret(ENV['SLACK_PARAMETER'])['url'], json.dumps(message).encode(), {})


def post_webhook(said):
  '''Signed, so that the receiver can tell who sent `<timestamp>.<body>`.'''
  to, content, at = secret(ENV['WEBHOOK_PARAMETER']), json.dumps(said), int(time.time())
  sign = hmac.new(str(to['secret']).encode(), f'{at}.{content}'.encode(), hashlib.sha256)
  post(to['url'], content.encode(), {'X-Trailhunt-Timestamp': str(at),
                                     'X-Trailhunt-Signature': 'sha256=' + sign.hexdigest()})


def channels(said):
  '''The steps that tell a document: to chats only what is severe enough.'''
  steps = {'sns': publish}
  if said.kind != 'selftest' and at_once(said):
    steps |= {name.partition('_')[0].lower(): step for name, step in (
        ('CHAT_TOPIC', publish_chat), ('SLACK_PARAMETER', post_slack),
        ('WEBHOOK_PARAMETER', post_webhook)) if ENV.get(name)}
  return steps


def alert(said, suppressed):
  '''Told, or only counted where it is suppressed or one of a storm.'''
  if suppressed:
    return {'suppressed': lambda said: count(f'suppressed|{suppressed}')}
  entry = '|'.join(said[key] or '-' for key in ('rule', 'actor', 'target'))
  steps = {} if at_once(said) else {'digest': lambda said: count(entry)}
  if ends := folded(said):
    return steps | {'storm': lambda said: count_storm(said, ends)}
  return steps | channels(said) | {'last': lambda said: update(
      'last', 'alert', 'document = :document', {':document': json.dumps(said)})}


ADD_ONE = 'n = if_not_exists(n, :zero) + :one'


def count(entry):
  '''For the digest of the day; a sort key has at most 1,024 bytes.'''
  update(f'digest#{now():%Y-%m-%d}', clip(entry, 1000), ADD_ONE, {':zero': 0, ':one': 1})


def clip(value, size):
  return value.encode()[:size].decode(errors='ignore')


def storm_key(said):
  return digest_of(said.rule, said.actor or said.summary, said.target)


def folded(said):
  '''When the storm ends that an alert is part of; None where it opens one.'''
  pk, at = f'storm#{storm_key(said)}', int(time.time())
  opened = update(pk, 'window', 'opened_by = :id, ends = :ends',
                  {':id': said.event_id, ':ends': at + STORM, ':now': at},
                  'attribute_not_exists(pk) OR ends <= :now OR opened_by = :id')
  return None if opened else int(read(pk, 'window')['ends'])


def count_storm(said, ends):
  '''The first one that is counted orders the message that tells how many.'''
  key = storm_key(said)
  if not read(f'storm#{key}', str(ends)):
    client('sqs').send_message(
        QueueUrl=ENV['QUEUE_URL'], DelaySeconds=min(900, max(0, ends - int(time.time()))),
        MessageBody=json.dumps({'trailhunt': 'storm', 'key': f'{key}#{ends}'}))
  if not update(f'storm#{key}', str(ends), ADD_ONE + ', document = :document',
                {':zero': 0, ':one': 1, ':document': json.dumps(said)},
                'attribute_not_exists(closed)'):
    raise RuntimeError('the storm is over')  # a retry opens the next one


# --- entry points ---

def handler(event, _context):
  if get(event, 'trailhunt') == 'digest':
    return daily()
  if get(event, 'trailhunt') == 'status':
    return status()
  failures = []
  for record in event['Records']:
    try:
      receive(json.loads(record['body']), record['messageId'])
    except Exception as error:
      log(f'message {record["messageId"]} is left for a retry', error)
      failures.append({'itemIdentifier': record['messageId']})
      with contextlib.suppress(Exception):
        retry_soon(record)
  return {'batchItemFailures': failures}


def retry_soon(record):
  '''After one minute, two, four and eight, not after the queue's long visibility timeout.'''
  tried = int(record['attributes']['ApproximateReceiveCount'])
  client('sqs').change_message_visibility(
      QueueUrl=ENV['QUEUE_URL'], ReceiptHandle=record['receiptHandle'],
      VisibilityTimeout=min(30 * 2 ** tried, 720))


def receive(event, message_id):
  '''One event of the queue: an alert, or one for each finding in it.'''
  if not isinstance(event, dict):
    raise ValueError('not an event')
  if get(event, 'trailhunt') == 'storm':
    return tell_storm(event['key'])
  if get(event, 'source') == 'trailhunt.selftest':
    return self_test(event, message_id)
  detail = event['detail'] if isinstance(event.get('detail'), dict) else {}
  findings = flat(detail.get('findings'))
  events = [{**event, 'detail': {**detail, 'findings': [finding]}}
            for finding in findings] if len(findings) > 1 else [event]
  failed = []
  for number, one in enumerate(events):
    said, rests = decode(one, message_id)
    if number and said.event_id in (get(event, 'id'), message_id):
      said.event_id += f'#{number}'  # a finding without an id
    if not (met := rules_met(one)):
      continue
    suppressed = decide(met, said, rests)
    try:
      deliver(said.event_id, said, lambda said: alert(said, suppressed))
    except Exception as error:
      failed.append(error)
  if failed:
    raise failed[0]


def self_test(event, message_id):
  '''Proves the path; only to the topic, where no e-mail's filter lets it through.'''
  said = blank('selftest', title=word('selftest_title'),
               summary=word('selftest_meaning'), event_id=pick(event, 'id') or message_id,
               account=pick(event, 'account'), region=pick(event, 'detail.region', 'region'),
               event='trailhunt:selftest', test_id=pick(event, 'detail.test_id'),
               command='trailhunt alerts-status')
  deliver(f'selftest#{said.event_id}', said, channels)


def tell_storm(key):
  '''How many more there were; closed first, so that none is counted and not told.'''
  storm, _, ends = key.partition('#')
  item = update(f'storm#{storm}', ends, 'closed = :true', {':true': True}, 'attribute_exists(pk)')
  if item:  # none where it was ordered, but the count failed and will be retried
    said = Fields(json.loads(item['document']), kind='storm', count=int(item['n']))
    deliver(f'storm#{key}', said, channels)


def digest_entries(day):
  '''What was counted on a day, the noisiest first.'''
  pages = table().meta.client.get_paginator('query').paginate(
      TableName=table().name, KeyConditionExpression='pk = :pk',
      ExpressionAttributeValues={':pk': f'digest#{day}'})
  return sorted((item for page in pages for item in page['Items']),
                key=lambda item: (-item['n'], item['sk']))


def daily():
  '''The digests of days that are over, and what is wrong with the alerting itself.'''
  today = now().date()
  for back in (3, 2, 1):  # a day on which this failed is made up for
    said = digest(today - timedelta(days=back))
    if said.lines:
      deliver(said.event_id, said, channels)
  if wrong := '\n'.join(troubles(today))[:100000]:
    deliver(f'operations#{today}', wrong, lambda _: {'sns': lambda wrong: client('sns').publish(
        TopicArn=ENV['OPERATIONS_TOPIC'], Message=wrong, Subject=word('subject_operations'))})


def digest(day):
  '''The noisiest first, at most a hundred lines, which fit a message (256 KB) however escaped.'''
  titles = {rule['name']: rule['title'] for rule in catalogue()['rules']}
  lines, counts = [], {True: 0, False: 0}
  for item in digest_entries(day):
    rule, _, rest = item['sk'].partition('|')
    title = titles.get(rule, word('suppressed'))
    lines.append(clip(f'{item["n"]} x {title} | {rest.replace("|", " | ")}', 250))
    counts[rule == 'suppressed'] += int(item['n'])
  if len(lines) > 100:
    lines[100:] = [word('more_lines', count=len(lines) - 100)]
  return blank('digest', title=f'{word("digest_title")} {day}', count=counts[False], lines=lines,
               event_id=f'digest-{day}', target=str(day),
               summary=word('digest_summary', count=counts[False], suppressed=counts[True]),
               command=f'trailhunt backtest-alerts --since {day}')


def troubles(today):
  '''What operators should see to, a line each.'''
  if 'unread' in settings():
    yield word('settings_unread', name=ENV['SETTINGS_PARAMETER'])
  for region in texts(*flat(settings().get('regions'))):
    try:
      if waiting := dead_letters(region):
        yield word('dead_letters', region=region, count=waiting)
    except Exception as error:
      log(f'dead letters in {region} cannot be read', error)
      yield word('dead_letters_unread', region=region)
  for entry in flat(settings().get('suppress')):
    with contextlib.suppress(TypeError, ValueError):
      until = date.fromisoformat(get(entry, 'until'))
      if until <= today + timedelta(days=7):
        label = 'expired' if until < today else 'expires'
        yield word(label, until=until, reason=pick(entry, 'reason'))


def dead_letters(region):
  '''How many events the forwarder of a Region could not deliver.'''
  here = ENV['QUEUE_URL'].rpartition('/')[0].replace(ENV['AWS_REGION'], region)
  answer = client('sqs', region).get_queue_attributes(
      QueueUrl=f'{here}/trailhunt-alerts-forwarder-dead-letters',
      AttributeNames=['ApproximateNumberOfMessages'])
  return int(answer['Attributes']['ApproximateNumberOfMessages'])


def status():
  '''What `trailhunt alerts-status` asks for.'''
  last = read('last', 'alert')
  last = last and {key: json.loads(last['document'])[key]
                   for key in ('time', 'rule', 'severity', 'actor', 'event_id')}
  entries = [entry for entry in flat(settings().get('suppress')) if isinstance(entry, dict)]
  expired = [entry for entry in entries if not holds(entry)]
  return {'schema_version': 1, 'last_alert': last or None,
          'waiting': len(digest_entries(now().date())),
          'suppressions': {'active': len(entries) - len(expired),
                           'expired': [pick(entry, 'reason') or '-' for entry in expired]},
          'webhooks': {name: webhook_state(ENV.get(f'{name.upper()}_PARAMETER'))
                       for name in ('slack', 'webhook')}}


def webhook_state(name):
  if not name:
    return 'not set'
  try:
    secret.forget()
    secret(name)
    return 'ok'
  except Exception as error:
    code = get(getattr(error, 'response', None), 'Error.Code')
    return f'error: {code or type(error).__name__}'
