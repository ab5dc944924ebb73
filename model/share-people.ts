import { duplicates } from './duplicates.ts';
import { suggest } from './nearest.ts';
import { indexed, isComplete, type Known } from './pattern.ts';
import { listed } from './problems.ts';
import { eachOnce } from './references.ts';
import { type Rule, rule } from './rules.ts';
import { show } from './show.ts';

/** What a share says of who may use it. */
interface Named {
  readonly people: readonly string[];
  readonly groups: readonly string[];
}

/** What tells whether a share is for a person. */
export interface Grouped {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Names of the people of a share: those whom it names, and those of its groups. Sorted, each once. */
export function peopleOf(share: Named, everybody: Known<Grouped>): string[] {
  const ofGroups = everybody.flatMap(({ name, groups }) =>
    groups.some((group) => share.groups.includes(group)) ? [name] : [],
  );
  return [...new Set([...share.people, ...ofGroups])].sort();
}

/** Whom a share is for, as the config says it, in words. */
export function saidOf({ people, groups }: Named): string {
  return listed([...people, ...groups.map((group) => `the group ${group}`)]) || 'nobody';
}

const membersExist = rule({
  code: 'DNAS006',
  severity: 'error',
  title: 'those who may use a share are in the list of people',
  reason: 'the service refuses to start for an account that does not exist',
  reads: ['shares[].people[]', 'people[].name'],
  *check({ shares, people }) {
    const names = people.flatMap(({ name }) => [name]);
    const judge = (member: string) =>
      names.includes(member) || !isComplete(people)
        ? undefined
        : {
            key: member,
            message: `${show(member)} is not in people`,
            hint: suggest(
              member,
              names,
              names.length > 0 ? `people are ${listed(names.map((name) => `'${name}'`))}` : 'add the person to people',
            ),
          };
    const members = indexed(shares).flatMap(([index, { people }]) =>
      people.flatMap((member, at) => [{ path: ['shares', index, 'people', at], value: member }]),
    );
    yield* eachOnce(members, judge);
    for (const [index, { people }] of indexed(shares)) {
      yield* duplicates(
        people.flatMap((member, at) =>
          judge(member) === undefined
            ? [{ path: ['shares', index, 'people', at], key: member, what: `"${member}"` }]
            : [],
        ),
        'name each person once',
      );
    }
  },
});

const groupsHaveMembers = rule({
  code: 'DNAS033',
  severity: 'error',
  title: 'groups that may use a share have somebody in them',
  reason: 'those who were meant could not open it',
  reads: ['shares[].groups', 'people[].groups'],
  *check({ shares, people }) {
    const all = [...new Set(people.flatMap(({ groups }) => groups))].sort();
    const judge = (group: string) =>
      all.includes(group) || !isComplete(people)
        ? undefined
        : {
            key: group,
            message: `nobody is in the group ${show(group)}`,
            hint: suggest(
              group,
              all,
              all.length > 0
                ? `groups are ${listed(all.map((one) => `'${one}'`))}`
                : `write it at the people who are in it: groups: ['${group}']`,
            ),
          };
    yield* eachOnce(
      indexed(shares).flatMap(([index, { groups }]) =>
        groups.map((group, at) => ({ path: ['shares', index, 'groups', at], value: group })),
      ),
      judge,
    );
    for (const [index, { groups }] of indexed(shares)) {
      yield* duplicates(
        groups.flatMap((group, at) =>
          judge(group) === undefined ? [{ path: ['shares', index, 'groups', at], key: group, what: show(group) }] : [],
        ),
        'name each group once',
      );
    }
  },
});

const namedAreInNoGroup = rule({
  code: 'DNAS034',
  severity: 'warning',
  title: 'a share names nobody who is in one of its groups',
  reason: 'whoever is taken out of the group can open it as before',
  reads: ['shares[].people', 'shares[].groups', 'people[].name', 'people[].groups'],
  *check({ shares, people }) {
    for (const [index, share] of indexed(shares)) {
      for (const [at, member] of share.people.entries()) {
        const [owner, person] = indexed(people).find(([, { name }]) => name === member) ?? [];
        const group = person?.groups.find((one) => share.groups.includes(one));
        if (owner === undefined || group === undefined) continue;
        yield {
          path: ['shares', index, 'people', at],
          other: ['people', owner, 'groups'],
          message: `${show(member)} is in the group ${show(group)}, which may use the share: taken out of the group, ${member} still may`,
          hint: `take '${member}' out of the people of the share`,
        };
      }
    }
  },
});

const smbSharesHaveMembers = rule({
  code: 'DNAS015',
  severity: 'error',
  title: 'a share that is served by SMB names who may use it',
  reason: 'nobody could open it',
  reads: ['shares[].smb', 'shares[].people', 'shares[].groups'],
  *check({ shares }) {
    for (const [index, { smb, people, groups }] of indexed(shares)) {
      if (!smb || people.length + groups.length > 0) continue;
      yield {
        path: ['shares', index, 'people'],
        message: 'the share is served by SMB, and nobody may use it',
        hint: "name who may: people: ['<name>'] or groups: ['<group>'], or write smb: false",
      };
    }
  },
});

/** What is judged about who may use a share, in the order in which it is told. */
export const sharePeopleRules: readonly Rule[] = [
  membersExist,
  groupsHaveMembers,
  smbSharesHaveMembers,
  namedAreInNoGroup,
];
