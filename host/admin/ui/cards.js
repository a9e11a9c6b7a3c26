// ---------------------------------------------------------------- words and colours

const state_kind = { RUNNING: 'good', FAILED: 'bad', RESTARTING: 'warn', UNASSIGNED: 'warn' };
const health_kind = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' };
const breaker_kind = { closed: 'good', half_open: 'warn', open: 'bad' };
function badge(element, text, kind) {
  put(element, text ?? '–');
  for (const each of ['good', 'warn', 'bad']) element.classList.toggle(each, each === kind);
}

function route_text(config) {
  const whole = (type, ...rest) => [type, ...rest.filter(Boolean)].join(' ');
  const parts = [whole(config['connector.class'], config['source.queue'])];
  if (config['dedup.type']) parts.push(whole('dedup by', config['dedup.type']));
  parts.push(whole(config['sink.type'] ?? config['sink.class'] ?? 'sink', config['sink.topic']));
  return parts.join(' → ');
}

// A dependency has a state in each task; the worst of them is shown.
function dependencies_of(tasks) {
  const rank = { closed: 0, half_open: 1, open: 2 }, all = new Map();
  for (const task of tasks) {
    for (const each of task.dependencies ?? []) {
      const had = all.get(each.name) ?? { name: each.name, breaker: each.breaker, down: [], error: '' };
      if (!each.up) had.down.push(task.id);
      if ((rank[each.breaker] ?? 1) > (rank[had.breaker] ?? 1)) had.breaker = each.breaker;
      if (each.last_error && (!had.error || !each.up)) had.error = each.last_error;
      all.set(each.name, had);
    }
  }
  return [...all.values()].map(each => ({ ...each, of: tasks.length }));
}

// Elements that stay while the thing they show is there, so that the keyboard's focus does.
function keep(parent, shown, items, key_of, build) {
  const keys = new Set(items.map(key_of));
  for (const [key, each] of shown) if (!keys.has(key)) { each.element.remove(); shown.delete(key); }
  items.forEach((item, i) => {
    const key = key_of(item);
    if (!shown.has(key)) shown.set(key, build(item));
    const { element } = shown.get(key);
    if (parent.children[i] !== element) parent.insertBefore(element, parent.children[i] ?? null);
    shown.get(key).show(item);
  });
}

// ---------------------------------------------------------------- asking twice

function confirmed({ title, text, yes }) {
  const dialog = by_id('confirm');
  put(by_id('confirm-title'), title);
  put(by_id('confirm-text'), text);
  put(by_id('confirm-yes'), yes);
  return new Promise(resolve => {
    const ended = new AbortController(), until_then = { signal: ended.signal };
    by_id('confirm-yes').addEventListener('click', () => dialog.close('yes'), until_then);
    by_id('confirm-no').addEventListener('click', () => dialog.close(''), until_then);
    dialog.addEventListener('close', () => { ended.abort(); resolve(dialog.returnValue === 'yes'); }, until_then);
    dialog.returnValue = '';
    dialog.showModal();
  });
}

// ---------------------------------------------------------------- one connector

class TaskRow {
  constructor(card) {
    this.card = card;
    this.element = make('li');
    this.name = make('span', 'name');
    this.state = make('span', 'badge');
    this.facts = make('span', 'facts');
    this.restart = make('button', '', 'Restart');
    this.restart.type = 'button';
    this.restart.addEventListener('click', () => this.ask_restart());
    this.trace = make('pre');
    this.element.append(this.name, this.state, this.facts, this.restart, this.trace);
  }
  show(task) {
    this.task = task;
    put(this.name, `task ${task.id}`);
    badge(this.state, task.state, state_kind[task.state]);
    const facts = [`${count(task.in_flight)} in flight`, `progress ${span_text(task.seconds_since_progress)} ago`];
    if (task.detail && task.detail !== task.state) facts.unshift(task.detail.toLowerCase().replaceAll('_', ' '));
    if (task.restarts) facts.push(`${count(task.restarts)} restarts in the last hour`);
    put(this.facts, facts.join(', '));
    put(this.trace, task.trace ?? '');
    this.trace.hidden = !task.trace;
    this.restart.setAttribute('aria-label', `Restart task ${task.id} of ${this.card.name}`);
  }
  ask_restart() {
    const interrupts = this.task.state === 'RUNNING' && {
      title: `Restart task ${this.task.id} of ${this.card.name}?`, yes: 'Restart',
      text: 'It is running: its delivery pauses until it is back. What it has not delivered by then stays with the source.' };
    this.card.act('Restart', 'POST', `/tasks/${this.task.id}/restart`, interrupts);
  }
}

class DependencyRow {
  element = make('li');
  name = make('span', 'name');
  up = make('span', 'badge');
  breaker = make('span', 'badge');
  error = make('span', 'error');
  constructor() { this.element.append(this.name, this.up, this.breaker, this.error); }
  show({ name, down, breaker, error, of }) {
    put(this.name, name);
    badge(this.up, down.length === 0 ? 'up' : of === 1 ? 'down' : `down for task ${down.join(', ')}`, down.length ? 'bad' : 'good');
    badge(this.breaker, `breaker ${(breaker ?? 'unknown').replace('_', ' ')}`, breaker_kind[breaker]);
    put(this.error, error ? `last error: ${error}` : '', down.length ? 'error' : 'error over');
    this.error.hidden = !error;
  }
}

const numbers = [['rate', 'delivered/s'], ['delivered', 'delivered'], ['in_flight', 'in flight'], ['duplicate', 'duplicates'],
  ['dead_lettered', 'dead-lettered'], ['latency', 'end to end, p50 / p99'], ['idle', 'since progress']];

class Card {
  constructor(name) {
    this.name = name;
    this.tasks = new Map();
    this.dependencies = new Map();
    this.deliveries = new Deliveries();
    this.latencies = new Latencies();
    this.element = make('section', 'card');
    const title = make('h2', '', name), top = make('div', 'title');
    title.id = `c${++Card.made}`;
    this.element.setAttribute('aria-labelledby', title.id);
    this.state = make('span', 'badge state');
    this.health = make('span', 'badge health');
    this.origin = make('small');
    top.append(title, this.state, this.health, this.origin);
    this.route = make('p', 'route');
    this.trace = make('pre');
    this.spark = new Sparkline();
    this.answer = make('p', 'answer');
    this.answer.setAttribute('role', 'status');
    this.answer.hidden = true;
    this.task_list = make('ul', 'rows');
    this.dependency_list = make('ul', 'rows');
    this.no_tasks = make('p', 'route', 'none');
    this.element.append(top, this.route, this.trace, this.make_numbers(), this.spark.element, this.make_buttons(), this.answer,
      make('h3', '', 'Tasks'), this.no_tasks, this.task_list, this.dependency_title = make('h3', '', 'Dependencies'), this.dependency_list);
  }
  make_numbers() {
    const list = make('dl', 'numbers');
    this.numbers = {};
    for (const [key, label] of numbers) {
      const pair = make('div');
      pair.append(make('dt', '', label), this.numbers[key] = make('dd', key, '–'));
      list.append(pair);
    }
    return list;
  }
  make_buttons() {
    const group = make('div', 'buttons');
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', `Control of ${this.name}`);
    this.buttons = {};
    const add = (key, text, pressed) => {
      const button = this.buttons[key] = make('button', '', text);
      button.type = 'button';
      button.dataset.action = key;
      button.addEventListener('click', pressed);
      group.append(button);
    };
    add('pause', 'Pause', () => this.act('Pause', 'PUT', '/pause'));
    add('resume', 'Resume', () => this.act('Resume', 'PUT', '/resume'));
    add('stop', 'Stop…', () => this.act('Stop', 'PUT', '/stop', { title: `Stop ${this.name}?`, yes: 'Stop',
      text: 'Its tasks end, and nothing is delivered until it is resumed. What is not delivered by then stays with the source.' }));
    add('restart', 'Restart…', () => this.act('Restart', 'POST', '/restart?includeTasks=true&onlyFailed=false', { title: `Restart ${this.name}?`, yes: 'Restart',
      text: 'All its tasks start anew; delivery pauses until they are back. What is not delivered by then stays with the source.' }));
    add('restart-failed', 'Restart failed', () => this.act('Restart of what failed', 'POST', '/restart?includeTasks=true&onlyFailed=true'));
    return group;
  }

  async act(what, method, path, question) {
    if (question && !await confirmed(question)) return;
    this.acting = true;
    this.allow();
    this.say(`${what}: asking…`, '');
    try {
      await ask(method, `connectors/${encodeURIComponent(this.name)}${path}`);
      this.say(`${what}: the host has taken it.`, 'good');
      this.forget = setTimeout(() => { this.answer.hidden = true; }, 5000);
    } catch (error) {
      this.say(`${what} was not done: ${error.message}.`, 'bad');
      if (error.status === 401 || error.status === 403) me = null;  // the role may be another one by now
    }
    this.acting = false;
    this.allow();
    look();
  }
  say(text, kind) {
    clearTimeout(this.forget);
    put(this.answer, text, `answer ${kind}`.trim());
    this.answer.hidden = false;
  }
  // What may be pressed now. The focus moves on from a button that may not be any more.
  allow() {
    const may = reachable && me && me.role !== 'read' && !this.acting, wanted = this.status?.wanted;
    const failed = this.status?.connector.state === 'FAILED' || this.status?.tasks.some(each => each.state === 'FAILED');
    const useful = { pause: wanted !== 'PAUSED', resume: wanted !== 'RUNNING', stop: wanted !== 'STOPPED', restart: wanted !== 'STOPPED', 'restart-failed': failed };
    const why = me?.role === 'read' ? 'The role read changes nothing' : '';
    const all = [...Object.entries(this.buttons).map(([key, button]) => [button, useful[key]]), ...[...this.tasks.values()].map(row => [row.restart, true])];
    const held = all.map(([button]) => button).find(button => button === document.activeElement) ?? this.held;
    for (const [button, is_useful] of all) {
      button.disabled = !may || !is_useful;
      if (button.title !== why) button.title = why;
    }
    this.held = this.acting ? held : null;
    if (held && !this.acting && [document.body, held].includes(document.activeElement)) (held.disabled ? all.map(([button]) => button).find(button => !button.disabled) : held)?.focus();
  }

  show({ status, info, now }) {
    this.status = status;
    badge(this.state, status.connector.state, state_kind[status.connector.state]);
    badge(this.health, status.health, health_kind[status.health]);
    put(this.origin, status.origin === 'file' ? 'from the topology file' : status.origin === 'rest' ? 'made over the API' : '');
    put(this.route, info?.config ? route_text(info.config) : '');
    put(this.trace, status.connector.trace ?? '');
    this.trace.hidden = !status.connector.trace;
    const records = status.records ?? {};
    this.deliveries.add(now, records.delivered ?? 0);
    put(this.numbers.rate, rate_text(this.deliveries.now()));
    this.latencies.add(now, status.tasks.map(each => each.end_to_end_seconds?.buckets ?? []));
    put(this.numbers.latency, this.latencies.text());
    for (const key of ['delivered', 'in_flight', 'duplicate', 'dead_lettered']) put(this.numbers[key], count(records[key]));
    this.numbers.dead_lettered.classList.toggle('alarm', records.dead_lettered > 0);
    put(this.numbers.idle, status.tasks.length ? span_text(Math.max(...status.tasks.map(each => each.seconds_since_progress ?? 0))) : '–');
    this.spark.draw(this.deliveries, now);
    this.no_tasks.hidden = status.tasks.length > 0;
    keep(this.task_list, this.tasks, status.tasks, task => task.id, () => new TaskRow(this));
    const dependencies = dependencies_of(status.tasks);
    this.dependency_title.hidden = dependencies.length === 0;
    keep(this.dependency_list, this.dependencies, dependencies, each => each.name, () => new DependencyRow());
  }
}
Card.made = 0;

// ---------------------------------------------------------------- all of them

const cards = new Map(), seen_errors = new Map();

function show(all, now) {
  const items = Object.entries(all).map(([name, each]) => ({ name, now, ...each })).filter(each => each.status).sort((a, b) => a.name < b.name ? -1 : 1);
  keep(by_id('connectors'), cards, items, each => each.name, each => new Card(each.name));
  by_id('no-connectors').hidden = items.length > 0;
  summarise(items.map(each => each.status));
  for (const { name, status } of items) note_errors(name, status);
}

function summarise(all) {
  const of_health = word => all.filter(each => each.health === word).length;
  const parts = ['healthy', 'degraded', 'unhealthy'].map(word => [of_health(word), word]).filter(([number]) => number).map(([number, word]) => `${number} ${word}`);
  put(by_id('summary'), all.length ? `${all.length} ${all.length === 1 ? 'connector' : 'connectors'}: ${parts.join(', ')}` : '');
}

// The API knows the last error of each part; a list of them is what this page has seen.
function note_errors(name, status) {
  const note = (where, text) => {
    const key = JSON.stringify([name, where]);
    if (!text || seen_errors.get(key) === text) return;
    seen_errors.set(key, text);
    const item = make('li');
    item.append(make('time', '', new Date().toLocaleTimeString()), make('strong', '', ` ${name}, ${where}: `), make('span', '', text));
    by_id('error-list').prepend(item);
    while (by_id('error-list').children.length > most_errors) by_id('error-list').lastChild.remove();
    by_id('errors').hidden = false;
  };
  note('connector', first_line(status.connector.trace));
  for (const task of status.tasks) {
    note(`task ${task.id}`, first_line(task.trace) || task.stalled);
    for (const each of task.dependencies ?? []) note(status.tasks.length > 1 ? `${each.name} of task ${task.id}` : each.name, each.last_error);
  }
}
// What follows counts down the seconds until the next attempt.
const first_line = text => text?.split('\n')[0];

look();
