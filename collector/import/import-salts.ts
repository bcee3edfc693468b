import type { Documents } from '../../core/ports.ts';
import type { Site } from '../../core/site.ts';
import { destroyKey } from '../hmac.ts';
import type { HmacKey } from '../hmac.ts';
import { makeSalt, periodId } from '../salts.ts';
import type { Salts } from '../salts.ts';

/** The kind under which the store's documents keep the salts of days that are imported, by `periodId`. */
export const IMPORT_SALT_KIND = 'import_salt';

const HOUR_MS = 60 * 60 * 1000;

/** The salts of days that are imported. */
export interface ImportSalts {
  /** A day's salt: the living one, which visitors of today have, too; or, for a day whose salt has died, one for the import. */
  of(site: Site, day: number): HmacKey | Promise<HmacKey>;
  /** The import has ended: its salts are gone, from memory and from the store. */
  end(site: Site): Promise<void>;
}

export interface ImportSaltsOptions {
  live: Pick<Salts, 'of' | 'isDead'>;
  documents: Pick<Documents, 'create' | 'list' | 'delete'>;
  /** How long they live where the import does not end. */
  hours: number;
  now: () => number;
}

/**
 * Salts for days of long ago. They lie in the store, so that an import that was killed and started again tells the same
 * visitors apart, and die when it ends, or after some hours if it never does.
 */
export function importSalts({ live, documents, hours, now }: ImportSaltsOptions): ImportSalts {
  const known = new Map<string, HmacKey>();

  async function make(id: string): Promise<HmacKey> {
    const salt = await makeSalt(documents, IMPORT_SALT_KIND, id, now() + hours * HOUR_MS);
    known.set(id, salt);
    return salt;
  }

  return {
    of(site, day) {
      const id = periodId(site, day);
      const salt = known.get(id);
      if (salt) return salt;
      if (live.isDead(site, day)) return make(id);
      // It may die while it is asked for.
      const living = live.of(site, day);
      if (living instanceof Promise) return living.then((one) => (one === 'dead' ? make(id) : one));
      return living === 'dead' ? make(id) : living;
    },
    async end(site) {
      for (const salt of known.values()) destroyKey(salt);
      known.clear();
      for (const { id } of await documents.list(IMPORT_SALT_KIND)) {
        if (id.startsWith(`${site.id}|`)) await documents.delete(IMPORT_SALT_KIND, id);
      }
    },
  };
}
