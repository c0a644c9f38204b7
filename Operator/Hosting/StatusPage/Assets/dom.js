// Elements and words. Text from the cluster goes in as text only, never as HTML.

/** element('p', { class: 'muted', dataset: { tone: 'Ready' } }, 'text', child, …); what is null or undefined is left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (key === 'dataset') Object.assign(made.dataset, value);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined && child !== ''));
  return made;
}

export const byId = id => document.getElementById(id);

const glyphs = { Ready: '✓', Working: '▸', Waiting: '…', Attention: '!', Failed: '✕', Skipped: '–' };

export const glyph = tone => glyphs[tone] ?? '?';

/** The sign of a tone; the word beside it says the same, so readers skip it. */
export const mark = tone => element('span', { class: 'mark', dataset: { tone }, 'aria-hidden': 'true' }, glyph(tone));

export const badge = (text, tone) => element('span', { class: 'badge', dataset: tone ? { tone } : {} }, text);

/** BackUpManifests → Back up manifests */
export function words(name) {
  const spaced = name.replace(/(?<=[a-z0-9])[A-Z](?=[a-z])/g, start => ` ${start.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min` : `${Math.floor(hours / 24)} days`;
}

/** The time of day, with the date unless it is today. */
export function when(iso) {
  if (!iso) return null;
  const time = new Date(iso);
  const today = time.toDateString() === new Date().toDateString();
  const text = today ? time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
    : time.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  return element('time', { datetime: iso, title: time.toLocaleString() }, text);
}

/** A paragraph; what is long begins folded. */
export function text(words, attributes) {
  if (words.length <= 300) return element('p', attributes, words);
  const end = words.lastIndexOf(' ', 220);
  return element('details', attributes, element('summary', {}, `${words.slice(0, end)} …`), words.slice(end));
}

/** Replaces the children only when the data differ, so that a focus or a selection in them is not lost at every event. */
export function refresh(target, data, make) {
  const key = JSON.stringify(data);
  if (target.dataset.shown === key) return;
  target.dataset.shown = key;
  target.replaceChildren(...make());
}
