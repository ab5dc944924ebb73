import type { Model } from '../model/model.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { devicesPage } from './devices.ts';
import { namesPage } from './names.ts';
import { peopleCards } from './people.ts';
import { trustKit } from './trust.ts';

/** All files of `dist/pages/`: what the people of the home read. */
export function pages(model: Model): Tree {
  const tree = new TreeBuilder()
    .add('names.html', namesPage(model))
    .addAll(trustKit(model), 'trust')
    .addAll(peopleCards(model), 'people');
  const devices = devicesPage(model);
  return (devices === null ? tree : tree.add('devices.html', devices)).build();
}
