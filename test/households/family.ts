/** The sample itself: the family of `homecloud.config.ts`. */
export { default } from '../../homecloud.config.ts';
