import { App, YamlOutputType } from 'cdk8s';
import { kubernetesCharts } from '../charts/kubernetes.ts';
import { openHome } from './home.ts';
import { loadConfig } from './load.ts';
import { reportingErrors } from './problems.ts';

/**
 * The app of `cdk8s.yaml`: the objects of the home in this folder, for those who use the tools of cdk8s. The files
 * are cdk8s's own; `homecloud synth` writes those that Flux reads.
 */
process.exitCode = await reportingErrors(
  async () => {
    const { model } = openHome(await loadConfig('homecloud.config.ts'));
    const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_CHART });
    kubernetesCharts(model, app);
    app.synth();
    return 0;
  },
  { config: 'homecloud.config.ts' },
);
