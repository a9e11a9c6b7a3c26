'use strict';
// Asks the admin API each second and shows what it says. Everything it says goes into the page as text, never as markup:
// a connector's name may hold anything (and the page's Content-Security-Policy makes markup from text an error).

const every = 1000, patience = 5000, shown_span = 120e3, rate_span = 3000, latency_span = 5000, gap = 5000, most_errors = 30;
const base = location.pathname.replace(/\/ui\/?$/, '/');  // a proxy may have put something before it

const by_id = id => document.getElementById(id);
function make(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text !== undefined) made.textContent = text;
  return made;
}
// Only when it has changed, so that a selection and a screen reader's place stay.
function put(element, text, kind) {
  if (element.textContent !== text) element.textContent = text;
  if (kind !== undefined && element.className !== kind) element.className = kind;
}
const count = number => Number(number ?? 0).toLocaleString();
const rate_text = rate => rate === null ? '–' : rate.toLocaleString(undefined, { maximumFractionDigits: rate < 100 ? 1 : 0 });
function span_text(seconds) {
  if (typeof seconds !== 'number') return '–';
  if (seconds < 10) return seconds.toFixed(1) + ' s';
  if (seconds < 120) return Math.round(seconds) + ' s';
  return seconds < 7200 ? Math.round(seconds / 60) + ' min' : Math.round(seconds / 3600) + ' h';
}

function span_in_ms(seconds) {
  const ms = seconds * 1000;
  return ms >= 10e3 ? span_text(seconds) : `${ms.toLocaleString(undefined, { maximumSignificantDigits: 2, useGrouping: false })} ms`;
}

// ---------------------------------------------------------------- asking

class Refused extends Error {
  // status 0: nobody answered. offers: the header WWW-Authenticate.
  constructor(status, message, offers = '') { super(message); this.status = status; this.offers = offers; }
}

// credentials: whether the browser may use, and ask for, a login of its own; unknown until a request has shown it.
let login = { token: null, credentials: null };
try { login = JSON.parse(sessionStorage.getItem('login')) ?? login; } catch { /* nothing kept */ }
function set_login(token, credentials) {
  login = { token, credentials };
  try { token || credentials ? sessionStorage.setItem('login', JSON.stringify(login)) : sessionStorage.removeItem('login'); } catch { /* not kept, then */ }
}

async function ask(method, path, credentials = login.credentials) {
  const headers = { Accept: 'application/json' };
  if (login.token) headers.Authorization = 'Bearer ' + login.token;
  let response, text;
  try {
    response = await fetch(base + path, { method, headers, credentials, cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(patience) });
    text = await response.text();
  } catch (error) {
    throw new Refused(0, error.name === 'TimeoutError' ? `no answer within ${patience / 1000} s` : 'nobody answers');
  }
  let json = null;
  try { json = text ? JSON.parse(text) : null; } catch { /* said below */ }
  if (!response.ok) throw new Refused(response.status, json?.message ?? `an answer with status ${response.status} and no reason`, response.headers.get('WWW-Authenticate') ?? '');
  if (text && json === null) throw new Refused(response.status, 'an answer that is not JSON');
  return json;
}

// The browser's own login is tried where it can succeed in silence (a certificate, or nobody has to log in), and where it
// opens a dialogue only when somebody asked for that.
async function identify() {
  if (login.credentials) return ask('GET', 'admin/me');
  try {
    const me = await ask('GET', 'admin/me', 'omit');
    set_login(login.token, 'omit');
    return me;
  } catch (error) {
    if (error.status !== 0 && (login.token || /basic/i.test(error.offers))) throw error;
  }
  const me = await ask('GET', 'admin/me', 'same-origin');
  set_login(login.token, 'same-origin');
  return me;
}

// ---------------------------------------------------------------- the round

let me = null, timer = 0, busy = false, answered = null, reachable = false;

async function look() {
  clearTimeout(timer);
  if (busy) return;
  busy = true;
  const begun = performance.now();
  let again = true;
  try {
    if (!me) {
      const now = await identify();
      const { host_version } = await ask('GET', '');
      put(by_id('version'), host_version ?? '');
      me = now;
    }
    show(await ask('GET', 'connectors?expand=status&expand=info'), performance.now());
    answered = new Date();
    reachable = true;
    welcome();
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error);
    me = null;
    reachable = false;
    again = error.status !== 401 && !(error.status === 403 && login.token);
    again ? complain(error) : want_login(error);
  }
  by_id('loading').hidden = true;
  busy = false;
  for (const card of cards.values()) card.allow();
  if (again) timer = setTimeout(look, Math.max(100, every - (performance.now() - begun)));
}

function welcome() {
  by_id('notice').hidden = by_id('sign-in').hidden = true;
  by_id('connectors').classList.remove('stale');
  put(by_id('caller'), (me.who ? `signed in as ${me.who}` : 'no login') + `, role ${me.role}`);
  by_id('sign-out').hidden = !login.token;
}

function complain(error) {
  const since = answered ? ` What is shown is of ${answered.toLocaleTimeString()}.` : '';
  put(by_id('notice'), error.status === 0 ? `The host cannot be reached: ${error.message}.${since} Asking again each second.`
    : `The host does not answer this page: ${error.message}.${since}`, 'bad');
  by_id('notice').hidden = false;
  by_id('connectors').classList.add('stale');
}

// Without a login nothing of the host stays on the screen.
function want_login(error) {
  const tried = login.token !== null || login.credentials !== null;
  set_login(null, null);
  show({}, performance.now());
  seen_errors.clear();
  by_id('error-list').replaceChildren();
  for (const id of ['notice', 'no-connectors', 'errors', 'sign-out']) by_id(id).hidden = true;
  for (const id of ['summary', 'caller']) put(by_id(id), '');
  put(by_id('sign-in-why'), tried ? `Not accepted: ${error.message}.` : 'This host needs a login.');
  by_id('token-form').hidden = error.offers !== '' && !/bearer/i.test(error.offers);
  by_id('browser-login').hidden = !/basic/i.test(error.offers);
  by_id('sign-in').hidden = false;
  (by_id('token-form').hidden ? by_id('use-browser') : by_id('token')).focus();
}

by_id('token-form').addEventListener('submit', event => {
  event.preventDefault();
  const token = by_id('token').value.trim();
  by_id('token').value = '';
  if (!/^[\x21-\x7e]+$/.test(token)) return put(by_id('sign-in-why'), 'That is no token: they consist of visible ASCII characters.');
  set_login(token, null);
  look();
});
by_id('use-browser').addEventListener('click', () => { set_login(null, 'same-origin'); look(); });
by_id('sign-out').addEventListener('click', () => { set_login(null, null); me = null; look(); });
document.addEventListener('visibilitychange', () => { if (!document.hidden && me) look(); });

// ---------------------------------------------------------------- rates

// What had been delivered when: a null between two samples is a time about which nothing is known.
class Deliveries {
  samples = [];
  add(at, delivered) {
    const last = this.samples.at(-1);
    if (last && (at - last.at > gap || delivered < last.delivered)) this.samples.push(null);
    this.samples.push({ at, delivered });
    while (this.samples.length && (this.samples[0] === null || this.samples[0].at < at - shown_span - every)) this.samples.shift();
  }
  now() {
    const known = this.samples.slice(this.samples.lastIndexOf(null) + 1), last = known.at(-1);
    const first = known.find(each => each.at >= last.at - rate_span - every / 2);
    return first === last ? null : (last.delivered - first.delivered) * 1000 / (last.at - first.at);
  }
  // Runs of {at, rate} without a gap.
  runs() {
    const runs = [[]];
    this.samples.forEach((each, i) => {
      const before = this.samples[i - 1];
      if (each === null) runs.push([]);
      else if (before) runs.at(-1).push({ at: each.at, rate: (each.delivered - before.delivered) * 1000 / (each.at - before.at) });
    });
    return runs.filter(run => run.length);
  }
}

// How long records took, by what was counted in the last seconds: buckets of {le, count}, each count of all up to le.
class Latencies {
  samples = [];
  add(at, of_tasks) {
    const sums = new Map();
    for (const { le, count } of of_tasks.flat()) sums.set(le, (sums.get(le) ?? 0) + count);
    const last = this.samples.at(-1);
    if (last && ([...sums].some(([le, count]) => count < (last.sums.get(le) ?? 0)))) this.samples = [];  // another process
    this.samples.push({ at, sums });
    while (this.samples[0].at < at - latency_span - every / 2) this.samples.shift();
  }
  text() {
    const p50 = this.quantile(.5), p99 = this.quantile(.99);
    return p50 === null ? '–' : `${span_in_ms(p50)} / ${span_in_ms(p99)}`;
  }
  // As Prometheus estimates it: evenly spread within a bucket. null: nothing was delivered.
  quantile(part) {
    const first = this.samples[0].sums, last = this.samples.at(-1).sums;
    const grown = [...last].map(([le, count]) => ({ le, count: count - (first.get(le) ?? 0) })).sort((a, b) => a.le - b.le);
    const wanted = (grown.at(-1)?.count ?? 0) * part;
    if (wanted === 0) return null;
    const at = grown.findIndex(each => each.count >= wanted), below = grown[at - 1] ?? { le: 0, count: 0 };
    return below.le + (grown[at].le - below.le) * (wanted - below.count) / (grown[at].count - below.count);
  }
}

const vector = (tag, kind) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  made.setAttribute('class', kind);
  return made;
};

class Sparkline {
  constructor() {
    this.element = make('figure');
    this.svg = vector('svg', 'spark');
    this.svg.setAttribute('viewBox', '0 0 120 30');
    this.svg.setAttribute('preserveAspectRatio', 'none');
    this.svg.setAttribute('aria-hidden', 'true');
    this.area = vector('path', 'area');
    this.curve = vector('path', 'curve');
    this.svg.append(this.area, this.curve);
    this.peak = make('span');
    const caption = make('figcaption');
    caption.append(make('span', '', 'delivered, the last two minutes'), this.peak);
    this.element.append(this.svg, caption);
  }
  draw(deliveries, now) {
    const runs = deliveries.runs();
    const peak = Math.max(0, ...runs.flat().map(each => each.rate));
    const x = each => (120 - (now - each.at) * 120 / shown_span).toFixed(2), y = each => (29 - 27 * each.rate / (peak || 1)).toFixed(2);
    const line = run => run.map((each, i) => `${i ? 'L' : 'M'}${x(each)} ${y(each)}`).join('');
    this.curve.setAttribute('d', runs.map(line).join(''));
    this.area.setAttribute('d', runs.map(run => `${line(run)}L${x(run.at(-1))} 30L${x(run[0])} 30Z`).join(''));
    put(this.peak, `peak ${rate_text(peak)}/s`);
  }
}
