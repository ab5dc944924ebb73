// The role has keepalived check a configuration before it takes its place: keepalived of each release refuses what is
// wrong, and takes what the role wrote.

const file = '/etc/keepalived/keepalived.conf';

/** What is wrong, as an edit of the file for sed. */
const wrong = {
  'an unknown keyword': 's/advert_int/advert_interval/',
  'an interface that is not there': 's/interface host0/interface host9/',
  'an address that is none': 's|^    [0-9.]*/32|    10.0.0.999/32|',
  'a priority over 255': 's/priority .*/priority 300/',
  'a script that is not there': 's|libexec/homecloud|libexec/nowhere|',
  'a brace that is missing': 's/unicast_peer {/unicast_peer/',
};

/** @param {import('./lab.mjs').Lab} lab */
export async function isChecked(lab) {
  const script = [
    'cd $(mktemp -d)',
    `judge() { sed "$2" ${file} > edited; cmp -s edited ${file} && echo "$1: nothing edited"; keepalived --config-test --use-file=$PWD/edited >said 2>&1; echo "$1: $?"; }`,
    ...Object.entries({ ...wrong, nothing: '' }).map(([what, edit]) => `judge "${what}" "${edit}"`),
    'rm -r $PWD',
  ].join('\n');
  const expected = [...Object.keys(wrong).map((what) => `${what}: 5`), 'nothing: nothing edited', 'nothing: 0'];
  const answers = await Promise.all(lab.boards.map((board) => board.sudo(script)));
  for (const [index, { name }] of lab.boards.entries()) {
    const said = answers[index].trim().split('\n');
    const failures = expected.filter((line) => !said.includes(line));
    if (failures.length > 0) throw new Error(`${name}: not "${failures.join('", "')}" but "${said.join('", "')}"`);
  }
}
