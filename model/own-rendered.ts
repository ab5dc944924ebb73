/**
 * What only synthesizing can tell about patches and charts of the admin: their rules have codes like all, and are judged
 * when the objects of the home are known. A chart is also held against OWN002 to OWN007 and OWN025, and what a patch makes of an
 * object against OWN005, OWN006, OWN015 and OWN016.
 */
export const renderedRules = [
  {
    code: 'OWN008',
    severity: 'error',
    title: 'each claim of your own stands in the entry of what mounts it',
    reason: 'its volume is bound by the first pod, Flux waits for that, and never comes to the entries after it',
  },
  {
    code: 'OWN010',
    severity: 'error',
    title: 'each chart of your own can be built, to the same objects each time',
    reason: 'dist/ would differ with each synth, and check could never be right',
  },
  {
    code: 'OWN011',
    severity: 'error',
    title: 'each patch changes something that is there',
    reason: 'Kustomize refuses the whole folder, or changes nothing without a word',
  },
  {
    code: 'OWN012',
    severity: 'error',
    title: 'no object of your own is one of homecloud',
    reason: 'Flux would apply the one, then the other, for ever',
  },
  {
    code: 'OWN013',
    severity: 'error',
    title: 'what your objects belong to is turned on',
    reason: 'the API server does not know their kind, and Flux tries for ever',
  },
  {
    code: 'OWN014',
    severity: 'error',
    title: 'what your charts run fits the boards, too, also when one of them is away',
    reason: 'what finds no room waits for ever, be it of yours or of ours',
  },
  {
    code: 'OWN015',
    severity: 'error',
    title: 'no patch lets Flux delete what holds data',
    reason: 'a capability that is turned off, or a folder with another name, would take the data with it',
  },
  {
    code: 'OWN016',
    severity: 'error',
    title: 'no route of your own leads from the internet to what is for the admin',
    reason: 'everybody could try passwords at a page that rules the home, or needs none',
  },
  {
    code: 'OWN018',
    severity: 'error',
    title: 'each namespace of your own has a Pod Security level, and a policy that closes it',
    reason: 'a program that somebody has taken over would own its board, and try all that is at home',
  },
  {
    code: 'OWN024',
    severity: 'error',
    title: 'the pages of an own app lead to a Service of its chart',
    reason: 'everybody who opens them gets an error of Traefik, and nobody knows why',
  },
  {
    code: 'OWN026',
    severity: 'error',
    title: 'the pods of an own app are in its namespace',
    reason: 'its policies, its secrets and its volumes are there, and what runs elsewhere has none of them',
  },
] as const;
