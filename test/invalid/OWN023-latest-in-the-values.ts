import { type Fixture, releaseOf } from '../fixture.ts';

export default {
  break: (home) => {
    home.releases = [releaseOf({}, { values: { server: { image: { tag: 'latest' } } } })];
  },
  problems: [
    `error OWN023
  releases[0].values.server.image.tag: is latest, which is not an exact version
  → write the tag of one release, for example '1.2.3', or leave it to the chart`,
  ],
  nearMisses: {
    'an image whose tag is elsewhere': (home) => {
      home.releases = [releaseOf({}, { values: { image: 'forge', imageTag: '1.2.3', sidecar: { image: 'a:1.2' } } })];
    },
  },
} satisfies Fixture;
