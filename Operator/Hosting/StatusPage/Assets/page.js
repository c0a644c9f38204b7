// Takes each event of the server and shows it. Nothing is ever sent but the request for the events.
import { byId, words } from './dom.js';
import { showNodes } from './nodes.js';
import { showConditions, showFeatures, showHistory, showOthers, showPlan, showSummary, tick } from './sections.js';

let announced = '';

function show({ profiles, nodes }) {
  const profile = profiles.find(candidate => candidate.status.nodes) ?? profiles[0];
  showNodes(nodes);
  if (!profile) {
    byId('wanted').textContent = 'There is no NetworkProfile in this cluster yet.';
    for (const id of ['summary', 'plan-section', 'conditions-section', 'features-section', 'history-section', 'others']) byId(id).hidden = true;
    return;
  }
  const { status } = profile;
  const phase = words(status.phase ?? 'Pending');
  byId('title').textContent = `NetworkProfile ${profile.name}`;
  byId('wanted').textContent = `wants Cilium ${profile.version}, ${profile.mode === 'Native' ? 'native routing' : 'tunnel'}${profile.suspended ? '; suspended' : ''}`;
  document.title = `${phase} · ${profile.name} · NetworkProfile`;
  showSummary(profile);
  showPlan(status.plan);
  showConditions(status.conditions);
  showFeatures(status.features);
  showHistory(status.cilium?.history);
  showOthers(profiles.filter(other => other !== profile));
  tick();
  // Readers hear of turns, not of every node.
  const news = `${phase}: ${status.nodes?.summary ?? ''}`;
  if (announced.split(':')[0] !== phase) byId('announcement').textContent = `${profile.name} is ${phase}, ${status.nodes?.summary ?? 'no'} nodes ready`;
  announced = news;
}

function connection(state, text) {
  byId('connection').dataset.state = state;
  byId('connection-text').textContent = text;
}

// The browser connects again by itself after an interruption; not after a refusal.
function listen() {
  const events = new EventSource('/events');
  events.onopen = () => connection('live', 'live');
  events.onmessage = event => {
    connection('live', 'live');
    show(JSON.parse(event.data));
  };
  events.onerror = () => {
    connection('lost', `no connection since ${new Date().toLocaleTimeString()}; trying again`);
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  };
}

setInterval(tick, 1000);
listen();
