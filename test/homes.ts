import sample from '../homecloud.config.ts';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import { planModel } from '../model/plan.ts';
import full from './households/full.ts';
import minimal from './households/minimal.ts';

/** The three golden households; the family is the sample. */
export const households: Readonly<Record<'minimal' | 'family' | 'full', WrittenConfig>> = {
  minimal,
  family: sample,
  full,
};

/** The model of a config that is right. */
export function modelOf(config: WrittenConfig): Model {
  return planModel(checkConfig(config).config, '0.0.0-test');
}
