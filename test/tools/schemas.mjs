// Each object of a tree against the schema of what will read it: Kubernetes' own OpenAPI for its kinds, upstream's CRDs
// for the others. A field that the schema does not have is an error.
//
// kubeconform judges. It takes JSON schemas, which are made here from what upstream publishes. It does not run the CEL
// rules of a CRD (`x-kubernetes-validations`): an API server does.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { upstreamCrds } from './crds.mjs';
import { tool } from './install.mjs';
import { run } from './process.mjs';
