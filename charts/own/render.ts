import { App, Chart } from 'cdk8s';
import type { OwnFolder } from '../../model/facts/own.ts';
import { misfitOf } from '../../model/fit.ts';
import type { Model } from '../../model/model.ts';
import { repeated } from '../../model/own.ts';
import { stranded } from '../../model/own-claims.ts';
import { unfenced } from '../../model/own-fences.ts';
import {
  greedy,
  homeless,
  inClear,
  isList,
  type KubernetesObject,
  lists,
  type OwnObject,
  objectSchema,
  podsAsked,
  withoutChartNamespace,
} from '../../model/own-objects.ts';
import { adminNamespaces, exposed } from '../../model/own-routes.ts';
import { floating } from '../../model/own-versions.ts';
import { formatPath, type Path, type Problem, type RuleFinding } from '../../model/problems.ts';
import { type Folder, folderPath } from '../folder.ts';
import { besides, elsewhere, notUsed, withoutPage } from './app-objects.ts';
import { appOf } from './apps.ts';

/** Makes the root of a chart: that of the cdk8s which the chart is made with. */
export type NewScope = () => unknown;

/** The objects of one entry of the admin's, as they go into their folder. */
export interface OwnObjects {
  readonly folder: OwnFolder;
  readonly objects: readonly KubernetesObject[];
}

/** Where the objects of an entry go. */
export function ownFolder({ layer, name }: OwnFolder): Pick<Folder, 'layer' | 'capability' | 'instance'> {
  return { layer, capability: 'own', instance: name };
}

/**
 * The objects of all entries; charts are built. What is wrong with those of charts is told to `report`: the objects of
 * the config were judged with it.
 */
export function renderOwn(model: Model, newScope: NewScope, report: (problem: Problem) => void): OwnObjects[] {
  const rendered = model.own.folders.map((folder) => ({
    folder,
    objects: 'objects' in folder ? folder.objects : buildTwice(folder, newScope, report),
  }));
  const all = rendered.map((one) => ({ ...one, places: placesOf(one) }));
  const everything = all.flatMap(({ places }) => places);
  const namespaces = model.namespaces.map(({ name }) => name);
  const seen = new Set<string>();
  const tell = (code: string, findings: Iterable<RuleFinding>) => {
    for (const { path, message, hint, other } of findings) {
      const problem = { code, severity: 'error', path, message, hint, ...(other && { other }) } as const;
      const key = `${code} ${formatPath(path)} ${message}`;
      if (!seen.has(key)) report(problem);
      seen.add(key);
    }
  };
  tell('OWN007', lists(everything));
  tell('OWN003', repeated(everything));
  for (const { folder, places: found } of all) {
    const places = found.filter(({ object }) => !isList(object));
    tell('OWN004', homeless(places, everything, namespaces));
    tell('OWN008', stranded(places, everything));
    tell('OWN018', unfenced(places, everything, namespaces));
    tell('OWN016', exposed(places, adminNamespaces(model.namespaces)));
    tell('OWN012', besides(model, places));
    const app = appOf(model, folder);
    if (app !== undefined && places.length > 0) {
      const lost = [...elsewhere(app, folder, places)];
      tell('OWN026', lost);
      // What is elsewhere is not missed here as well.
      if (lost.length === 0) tell('OWN024', withoutPage(app, folder, places));
      tell('OWN025', notUsed(app, folder, places));
    }
    if ('objects' in folder) continue;
    tell('OWN002', inClear(places));
    tell('OWN005', floating(places));
    tell('OWN006', greedy(places));
  }
  const ofCharts = all.filter(({ folder }) => 'chart' in folder).flatMap(({ places }) => places);
  const pods = ofCharts.flatMap((object) => podsAsked(object, model.boards.length));
  const misfit = pods.length === 0 ? undefined : misfitOf(model.boards, [...model.pods, ...pods]);
  const hint = 'ask for less in your charts, turn something off, or add a board or memory';
  if (misfit !== undefined) tell('OWN014', [{ path: ['charts'], message: misfit.message, hint }]);
  return rendered;
}

/** An object of the config has a key of its own; those of a chart have that of the chart. */
function placesOf({ folder, objects }: OwnObjects): OwnObject[] {
  return objects.map((object, index) => ({
    object,
    path: 'objects' in folder ? [...folder.path, 'objects', index] : [...folder.path, 'chart'],
    layer: folder.layer,
    folder: folderPath(ownFolder(folder)),
  }));
}

type ChartFolder = Extract<OwnFolder, { readonly chart: unknown }>;

/** The objects of a chart. Built twice: what comes from a clock or by chance differs. */
function buildTwice(folder: ChartFolder, newScope: NewScope, report: (problem: Problem) => void): KubernetesObject[] {
  const path: Path = [...folder.path, 'chart'];
  const tell = (message: string, hint: string) => report({ code: 'OWN010', severity: 'error', path, message, hint });
  let objects: unknown[];
  let again: unknown[];
  try {
    objects = build(folder, newScope());
    again = build(folder, newScope());
  } catch (error) {
    tell(`throws ${said(error)}`, 'correct the chart: its objects are made with the cdk8s of your home');
    return [];
  }
  if (objects.length === 0) {
    tell('adds no object', 'add a chart with objects to the scope that the function gets, or take the entry away');
    return [];
  }
  if (JSON.stringify(objects) !== JSON.stringify(again)) {
    tell(
      'gives other objects when it is built again',
      'use neither the clock nor chance: what changes by itself would be applied again and again',
    );
    return [];
  }
  const results = objects.map((object) => objectSchema.safeParse(object));
  const [issue] = results.flatMap(({ error }) => error?.issues ?? []);
  if (issue !== undefined) {
    tell(
      `gives an object that is none of Kubernetes: ${formatPath(issue.path as Path)} ${issue.message}`,
      'each object needs apiVersion, kind and metadata.name',
    );
    return [];
  }
  return results.flatMap(({ data }) => (data === undefined ? [] : [withoutChartNamespace(data)]));
}

/** All charts that a function adds to its scope, also those inside of others; or that it returns from a scope of its own. */
function build({ chart }: ChartFolder, scope: unknown): unknown[] {
  const result = (chart as (scope: unknown) => unknown)(scope);
  const charts = chartsIn(scope);
  const found = charts.length > 0 || !Chart.isChart(result) ? charts : chartsIn((result as Chart).node.root);
  return found.flatMap((one) => one.toJson());
}

function chartsIn(scope: unknown): Chart[] {
  return (scope as App).node.findAll().filter(Chart.isChart) as Chart[];
}

/** What was thrown, in one line. */
function said(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}

/** A root of the cdk8s that is homecloud's own. */
export const ownScope: NewScope = () => new App();
