// Summary, plan, conditions, features, history.
import { badge, byId, duration, element, mark, refresh, text, when, words } from './dom.js';

const phaseTones = { Ready: 'Ready', Refused: 'Failed', Frozen: 'Failed', Degraded: 'Attention', AwaitingApproval: 'Attention', Suspended: 'Waiting', Pending: 'Waiting' };
const stepTones = { Done: 'Ready', Running: 'Working', Failed: 'Failed', AwaitingApproval: 'Attention', Skipped: 'Skipped', Pending: 'Waiting' };
const disruptionTones = { None: null, AgentRestart: null, PodRestart: 'Attention', Drain: 'Attention', Outage: 'Failed' };

export const phaseTone = phase => phaseTones[phase] ?? 'Working';

/** True is good, except of the two that tell of trouble. What is False while work goes on is on its way. */
function conditionTone({ type, status }, busy) {
  if (type === 'Stalled') return status === 'True' ? 'Failed' : 'Ready';
  if (type === 'Reconciling') return status === 'True' ? 'Working' : 'Ready';
  return status === 'True' ? 'Ready' : status === 'Unknown' ? 'Waiting' : busy ? 'Working' : 'Attention';
}

export function showSummary(profile) {
  const { status } = profile;
  const section = byId('summary');
  section.hidden = false;
  section.dataset.tone = phaseTone(status.phase);
  const ready = (status.conditions ?? []).find(condition => condition.type === 'Ready');
  const facts = [[status.nodes?.summary, 'nodes ready'], [status.cilium?.version, 'Cilium runs'], [status.cilium?.revision, 'revision']].filter(([value]) => value);
  refresh(section, [status.phase, ready?.message, facts], () => [
    element('p', { class: 'phase' }, words(status.phase ?? 'Pending')),
    text(ready?.message ?? 'nothing has been reported yet', { class: 'message' }),
    element('div', { class: 'facts' }, ...facts.map(([value, name]) => element('div', {}, element('b', {}, String(value)), element('span', {}, name)))),
  ]);
}

export function showPlan(plan) {
  const steps = plan?.steps ?? [];
  byId('plan-section').hidden = steps.length === 0;
  if (steps.length === 0) return;
  refresh(byId('plan-digest'), [plan.digest, plan.disruption], () => [
    plan.disruption ? badge(`disruption: ${words(plan.disruption)}`, disruptionTones[plan.disruption]) : '', ' ', plan.digest ? element('code', { title: 'the digest that an approval names' }, plan.digest) : '',
  ]);
  refresh(byId('plan'), steps, () => steps.map(step => element('li', { class: 'step', dataset: { state: step.state ?? 'Pending' } },
    mark(stepTones[step.state] ?? 'Waiting'),
    element('div', {},
      element('h3', {}, words(step.name ?? ''), badge(words(step.state ?? 'Pending'), stepTones[step.state]),
        step.disruption && step.disruption !== 'None' ? badge(words(step.disruption), disruptionTones[step.disruption]) : null,
        step.nodes ? badge(step.nodes === 1 ? '1 node' : `${step.nodes.toLocaleString()} nodes`) : null),
      step.because ? text(step.because, { class: 'because' }) : null,
      step.message ? text(step.message) : null),
    times(step))));
}

function times(step) {
  const began = step.startedAt && new Date(step.startedAt);
  if (began && step.finishedAt) return element('p', { class: 'times' }, element('b', {}, duration((new Date(step.finishedAt) - began) / 1000)), when(step.startedAt));
  if (began) return element('p', { class: 'times' }, element('b', { dataset: { since: step.startedAt } }), when(step.startedAt));
  return element('p', { class: 'times' }, step.estimatedSeconds && !['Done', 'Failed', 'Skipped'].includes(step.state) ? `about ${duration(step.estimatedSeconds)}` : '');
}

/** What is under way gets older without an event. */
export function tick() {
  for (const running of document.querySelectorAll('[data-since]')) running.textContent = duration((Date.now() - new Date(running.dataset.since)) / 1000);
}

export function showConditions(conditions = []) {
  byId('conditions-section').hidden = conditions.length === 0;
  const isTrue = type => conditions.some(condition => condition.type === type && condition.status === 'True');
  const busy = isTrue('Reconciling') && !isTrue('Stalled');
  refresh(byId('conditions'), conditions, () => conditions.map(condition => {
    const tone = conditionTone(condition, busy);
    return element('li', { class: 'condition', dataset: { tone } },
      mark(tone),
      element('span', {}, element('b', {}, condition.type), element('span', { class: 'unseen' }, ` is ${condition.status}`), element('span', { class: 'reason' }, words(condition.reason ?? ''))),
      when(condition.lastTransitionTime),
      text(condition.message ?? '', { class: 'message' }));
  }));
}

export function showFeatures(features = []) {
  byId('features-section').hidden = features.length === 0;
  refresh(byId('features'), features, () => features.map(feature => {
    const agree = (feature.nodesReporting ?? 0) === (feature.nodesTotal ?? 0);
    return element('tr', {},
      element('th', { scope: 'row', title: (feature.nodesDeviating ?? []).join(', ') || null }, feature.name),
      element('td', {}, feature.wanted ?? ''),
      element('td', agree ? {} : { dataset: { tone: 'Attention' } }, feature.reported ?? ''),
      element('td', agree ? { class: 'number' } : { class: 'number', dataset: { tone: 'Attention' } }, `${feature.nodesReporting ?? 0}/${feature.nodesTotal ?? 0}`));
  }));
}

export function showHistory(history = []) {
  byId('history-section').hidden = history.length === 0;
  refresh(byId('history'), history, () => history.map(entry => element('tr', { title: entry.description ?? null },
    element('td', { class: 'number' }, String(entry.revision ?? '')),
    element('td', {}, entry.version ?? ''),
    element('td', entry.status === 'failed' ? { dataset: { tone: 'Failed' } } : {}, entry.status ?? ''),
    element('td', {}, when(entry.deployedAt) ?? ''))));
}

/** Profiles that are not in force: one line each. */
export function showOthers(profiles) {
  const section = byId('others');
  section.hidden = profiles.length === 0;
  refresh(section, profiles, () => profiles.map(profile => element('p', {}, element('b', {}, profile.name), ' ', badge(words(profile.status.phase ?? 'Pending'), phaseTone(profile.status.phase)), ' ',
    (profile.status.conditions ?? []).find(condition => condition.type === 'Ready')?.message ?? '')));
}
