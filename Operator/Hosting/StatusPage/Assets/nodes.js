// The grid of nodes: one stop of the keyboard, arrows move within it. Cards while they are few, tiles when they are many.
import { badge, byId, element, glyph, mark, text, when, words } from './dom.js';

const tones = ['Failed', 'Attention', 'Working', 'Waiting', 'Ready', 'Skipped'];
const names = { Failed: 'failed', Attention: 'need a look', Working: 'in work', Waiting: 'waiting', Ready: 'ready', Skipped: 'left out' };
const mostCards = 60;

const grid = byId('nodes');
const search = byId('nodes-search');
const tiles = new Map();
const shown = new Set();
let nodes = [];
let selected = null;

export function showNodes(list) {
  nodes = list;
  const counts = new Map(tones.map(tone => [tone, list.filter(node => node.tone === tone).length]));
  byId('nodes-count').textContent = list.length === 1 ? '1 node' : `${list.length.toLocaleString()} nodes`;
  grid.classList.toggle('dense', list.length > mostCards);
  showBar(counts);
  showLegend(counts);
  const present = new Set(list.map(node => node.name));
  for (const [name, tile] of tiles) {
    if (present.has(name)) continue;
    tile.element.remove();
    tiles.delete(name);
  }
  list.forEach((node, at) => {
    const tile = tileOf(node);
    if (grid.children[at] !== tile) grid.insertBefore(tile, grid.children[at] ?? null);
  });
  if (selected && !present.has(selected)) select(null);
  filter();
  showSelected();
}

function tileOf(node) {
  const key = JSON.stringify(node);
  const known = tiles.get(node.name);
  if (known?.key === key) return known.element;
  const tile = known?.element ?? element('div', { class: 'tile', role: 'option', id: `node-${node.name}`, 'aria-selected': 'false' });
  tile.dataset.tone = node.tone;
  tile.dataset.name = node.name;
  tile.title = `${node.name}: ${words(node.state)}`;
  tile.setAttribute('aria-label', `${node.name}: ${words(node.state)}`);
  tile.replaceChildren(
    element('span', { class: 'glyph', 'aria-hidden': 'true' }, glyph(node.tone)),
    element('span', { class: 'name' }, node.name),
    element('span', { class: 'state' }, words(node.state)));
  tiles.set(node.name, { key, element: tile });
  return tile;
}

function showBar(counts) {
  const bar = byId('nodes-bar');
  for (const tone of ['Ready', 'Working', 'Waiting', 'Attention', 'Failed', 'Skipped']) {
    let segment = bar.querySelector(`[data-tone="${tone}"]`);
    if (!segment) bar.append(segment = element('div', { class: 'segment', dataset: { tone } }));
    segment.hidden = counts.get(tone) === 0;
    segment.style.flexGrow = counts.get(tone);
  }
}

function showLegend(counts) {
  const legend = byId('nodes-legend');
  for (const tone of tones) {
    let chip = legend.querySelector(`[data-tone="${tone}"]`);
    if (!chip) {
      chip = element('button', { class: 'chip', type: 'button', 'aria-pressed': 'false', dataset: { tone } }, mark(tone), element('b'), names[tone]);
      chip.addEventListener('click', () => {
        if (!shown.delete(tone)) shown.add(tone);
        chip.setAttribute('aria-pressed', String(shown.has(tone)));
        filter();
      });
      legend.append(chip);
    }
    chip.querySelector('b').textContent = counts.get(tone).toLocaleString();
    chip.hidden = counts.get(tone) === 0 && !shown.has(tone);
  }
}

function filter() {
  const text = search.value.trim().toLowerCase();
  for (const node of nodes) {
    const hit = (shown.size === 0 || shown.has(node.tone)) && node.name.toLowerCase().includes(text);
    tiles.get(node.name).element.classList.toggle('filtered', !hit);
  }
}

function select(name) {
  tiles.get(selected)?.element.setAttribute('aria-selected', 'false');
  selected = name;
  const tile = tiles.get(name)?.element;
  tile?.setAttribute('aria-selected', 'true');
  tile?.scrollIntoView({ block: 'nearest' });
  if (tile) grid.setAttribute('aria-activedescendant', tile.id);
  else grid.removeAttribute('aria-activedescendant');
  showSelected();
}

function showSelected() {
  const node = nodes.find(candidate => candidate.name === selected);
  const detail = byId('node');
  const key = JSON.stringify(node ?? null);
  if (detail.dataset.shown === key) return;
  detail.dataset.shown = key;
  if (!node) return detail.replaceChildren();
  const facts = [['Since', when(node.since)], ['Agent', node.agent], ['Traces of the previous network', node.audit && words(node.audit)], ['Kernel', node.kernel], ['Cordoned', node.cordoned ? 'yes' : null]];
  detail.replaceChildren(
    element('p', {}, element('b', {}, node.name), ' ', badge(words(node.state), node.tone)),
    node.message ? text(node.message) : '',
    element('dl', {}, ...facts.filter(([, value]) => value).map(([term, value]) => element('div', {}, element('dt', {}, term), element('dd', {}, value)))));
}

/** How many tiles stand in one row, for up and down. */
function rowLength(visible) {
  const top = visible[0].offsetTop;
  const next = visible.findIndex(tile => tile.offsetTop !== top);
  return next < 0 ? visible.length : next;
}

grid.addEventListener('click', event => {
  const tile = event.target.closest('.tile');
  if (tile) select(tile.dataset.name === selected ? null : tile.dataset.name);
});
grid.addEventListener('keydown', event => {
  const visible = [...grid.children].filter(tile => !tile.classList.contains('filtered'));
  if (visible.length === 0) return;
  const at = visible.findIndex(tile => tile.dataset.name === selected);
  const target = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at < 0 ? 0 : at + rowLength(visible), ArrowUp: at - rowLength(visible), Home: 0, End: visible.length - 1 }[event.key];
  if (event.key === 'Escape') select(null);
  else if (target === undefined) return;
  else select(visible[Math.min(Math.max(target, 0), visible.length - 1)].dataset.name);
  event.preventDefault();
});
search.addEventListener('input', filter);
