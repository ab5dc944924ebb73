// The checks of a lab: what each needs of the boards, and which of them are run.

/**
 * What boards are like: with a fresh system, or as the playbook `site` makes them: a cluster of servers, or one server with
 * its agents.
 * @typedef {'new' | 'cluster' | 'one server'} State
 */

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {() => Promise<string | void>} work throws what is wrong; what it returns stands behind the name
 * @property {State} [needs] @default none: it does nothing with the boards
 * @property {State | 'unknown'} [leaves] what the boards are like after it, @default as before
 * @property {boolean} [isLong] only for `--full`
 */

/**
 * @typedef {object} Group
 * @property {string} title
 * @property {Check[]} checks
 * @property {string} [beside] the title of the first group of the row just before it, beside which it runs: no group of a
 * row touches what another needs
 */

/** A check of boards with a fresh system. @param {Partial<Check>} [more] @returns {Check} */
export const onNewBoards = (name, work, more) => ({ name, work, needs: 'new', ...more });

/** A check of a cluster, which it leaves as one. @param {Partial<Check>} [more] @returns {Check} */
export const onCluster = (name, work, more) => ({ name, work, needs: 'cluster', ...more });

/** A check of one server with its agents, which it leaves as such. @param {Partial<Check>} [more] @returns {Check} */
export const onOneServer = (name, work, more) => ({ name, work, needs: 'one server', ...more });

/** A check that does nothing with the boards. @param {Partial<Check>} [more] @returns {Check} */
export const withoutBoards = (name, work, more) => ({ name, work, ...more });

/**
 * The checks that are asked for.
 * @param {Group[]} groups
 * @param {{ full: boolean, only: string[] }} options `only`: words that all stand in the title of the group or the name; those
 * of one text do. None chooses all.
 * @returns {Group[]} without those that have none
 */
export function choose(groups, { full, only }) {
  const choices = only.map((text) => text.toLowerCase().split(/\s+/));
  const isAskedFor = (text) =>
    choices.length === 0 || choices.some((words) => words.every((word) => text.includes(word)));
  const isChosen = (title, { name, isLong = false }) => {
    const text = `${title} ${name}`.toLowerCase();
    return (full || !isLong) && isAskedFor(text);
  };
  return groups
    .map((group) => ({ ...group, checks: group.checks.filter((check) => isChosen(group.title, check)) }))
    .filter(({ checks }) => checks.length > 0);
}

/**
 * The groups in their order: those of one row run beside each other.
 * @param {Group[]} groups @param {Group[]} all of which those are a choice
 * @returns {Group[][]}
 * @throws if a group is to run beside one that there is not
 */
export function rowsOf(groups, all) {
  for (const { title, beside } of all)
    if (beside !== undefined && !all.some((group) => group.title === beside))
      throw new Error(`${title}: there is no group ${beside}`);
  const rows = [];
  for (const group of groups) {
    if (group.beside !== undefined && rows.at(-1)?.[0].title === group.beside) rows.at(-1).push(group);
    else rows.push([group]);
  }
  return rows;
}
