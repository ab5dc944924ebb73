import type { Laws } from './law.ts';

export const photoLaws: Laws = {
  'the pictures of a camera come on one way, into a place that no other camera writes to': (
    tree,
    { people, boards },
  ) => {
    const offered = (id: string) =>
      boards.flatMap(({ syncthing }) =>
        (syncthing?.folders ?? []).filter(({ devices }) => devices.some((device) => device.id === id)),
      );
    const places = new Set<string>();
    return people.flatMap(({ name, photos, devices }) => {
      if (photos === null) return [];
      const place = photos.by === 'nextcloud' ? photos.folder : `/${photos.share}`;
      const isTaken = [...places].some((other) => `${other}/`.startsWith(`${place}/`) || place.startsWith(`${other}/`));
      places.add(place);
      const phone = devices.find((device) => photos.by === 'syncthing' && device.name === photos.device);
      const arrives =
        photos.by === 'nextcloud' ||
        (phone !== undefined && offered(phone.syncthing).some((folder) => folder.name === photos.share));
      const card = tree.get(`pages/people/${name}.html`) ?? '';
      return [
        ...(isTaken ? [`${place} of ${name} is also of another camera`] : []),
        ...(arrives ? [] : [`nothing comes into ${place}`]),
        ...(card.includes(`<code>${photos.by === 'nextcloud' ? place : photos.share}</code>`)
          ? []
          : [`${name} is not told`]),
      ];
    });
  },
};
