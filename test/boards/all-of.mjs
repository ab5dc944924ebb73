/**
 * Does several things beside each other, and waits for all: who comes next finds nobody at work.
 * @param {[name: string, work: () => Promise<unknown>][]} things
 * @throws what was wrong with each, by its name
 */
export async function allOf(things) {
  const outcomes = await Promise.allSettled(things.map(([, work]) => work()));
  const failures = outcomes.flatMap(({ reason, status }, index) =>
    status === 'rejected' ? [`${things[index][0]}: ${reason?.message ?? reason}`] : [],
  );
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
