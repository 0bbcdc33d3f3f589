import { type DataType, dataTypes } from "../model/data_type.ts";
import { Secret } from "../model/secret.ts";
import { readTimeZone } from "../model/time_zone.ts";
import { nearestOf } from "./setting_names.ts";

/** How the text of a setting becomes its value. */
export interface Reader<Value> {
  /** What may be given, in words. */
  readonly allowed: string;
  /** The value; undefined when the text is not allowed, or an `Explained` when there is more to say. */
  read(text: string): Value | Explained | undefined;
}

/** Which part of a text is wrong. */
export class Explained {
  constructor(readonly problem: string) {}
}

/** Any text on one line. */
export const anyText: Reader<string> = {
  allowed: "any text without control characters",
  read: (text) => hasControl(text) ? undefined : text,
};

/** What a shell would replace, and nobody replaces here: `$HOME`, `${HOME}`, `%HOME%`, `~/`. */
const forShell = /\$\{?[A-Za-z_]\w*|%[A-Za-z_]\w*%|^~(?=$|[\\/])/;

/** The path of a file or folder. */
export const pathText: Reader<string> = {
  allowed: "a path without control characters",
  read(text) {
    if (hasControl(text)) return undefined;
    const [found] = forShell.exec(text) ?? [];
    return found === undefined ? text : notReplaced(found);
  },
};

function notReplaced(found: string): Explained {
  return new Explained(`${found} is not replaced here; write what it stands for`);
}

/** Control characters, which no path, name or address has: a line break, for instance, from an escape. */
function hasControl(text: string): boolean {
  return /[\p{Cc}\uFFFD]/u.test(text);
}

/** A credential: printable, without spaces. */
export const secretText: Reader<Secret> = {
  allowed: "letters, digits and signs without a space or line break",
  read(text) {
    if (/^(?:\$\w+|\$\{.*\}|%\w+%)$/.test(text)) return notReplaced("the name of a variable");
    return /^[\x21-\x7e]+$/.test(text) ? new Secret(text) : undefined;
  },
};

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): Reader<number> {
  return {
    allowed: max === Number.MAX_SAFE_INTEGER
      ? min === 0 ? "a whole number, 0 or more" : "a positive whole number"
      : `a whole number from ${min} to ${max}`,
    read(text) {
      const value = /^\d+$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** Seconds, fractions too; a day at most, because timers do not count much further. */
export function seconds(bounds: { zero: boolean }): Reader<number> {
  return {
    allowed: bounds.zero
      ? "seconds from 0 to 86400, such as 2 or 0.5"
      : "seconds above 0, up to 86400, such as 10 or 2.5",
    read(text) {
      const value = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
      return value <= 86_400 && (bounds.zero ? value >= 0 : value > 0) ? value : undefined;
    },
  };
}

/** One of a few words, in any case of letters. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Reader<Word> {
  return {
    allowed: words.join(", "),
    read: (text) => words.find((word) => word.toLowerCase() === text.toLowerCase()),
  };
}

const loopbackHosts = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** An address that is safe to send credentials to: https, or http to this machine. */
export const safeUrl: Reader<URL> = {
  allowed: "an https:// address (http:// only for this machine) without user, query or fragment",
  read(text) {
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    const isSafe = url.protocol === "https:" ||
      url.protocol === "http:" && loopbackHosts.test(url.hostname);
    const isPlain = !url.username && !url.password && !/[?#]/.test(text);
    return isSafe && isPlain ? url : undefined;
  },
};

/** The API's address: no `/v1` or `/v2` in the path; a slash at its end is dropped. */
export const baseUrl: Reader<URL> = {
  allowed: `${safeUrl.allowed}, and without a generation such as /v2`,
  read(text) {
    const url = safeUrl.read(text);
    if (!(url instanceof URL)) return url;
    url.pathname = url.pathname.replace(/\/+$/, "");
    const generation = /\/v\d+(?=\/|$)/i.exec(url.pathname)?.[0];
    return generation ? new Explained(`seh adds ${generation} by itself; leave it out`) : url;
  },
};

/** A database URL, which may hold a password. Which databases there are is the database's to say. */
export const databaseUrl: Reader<Secret> = {
  allowed: "a database URL such as sqlite:///./seh.db",
  read(text) {
    const address = /^([a-z][a-z0-9]*)(?:\+[a-z0-9_]+)?:\/\/(.*)$/i.exec(text);
    if (!address || hasControl(text)) return undefined;
    // A password may hold such signs; a file is a path.
    const path = address[1]!.toLowerCase() === "sqlite" ? address[2]!.replace(/^\/+/, "") : "";
    const [found] = forShell.exec(path) ?? [];
    return found === undefined ? new Secret(text) : notReplaced(found);
  },
};

/** Site ids, each once; null for the word `all`. */
export const siteIdList: Reader<readonly number[] | null> = {
  allowed: "the ids of sites, separated by commas, such as 1234567,1234568",
  read(text) {
    if (text.toLowerCase() === "all") return null;
    const ids = new Set<number>();
    for (const word of words(text)) {
      const id = /^\d+$/.test(word) ? Number(word) : 0;
      if (id < 1 || !Number.isSafeInteger(id)) return new Explained(`"${word}" is no site id`);
      ids.add(id);
    }
    return ids.size > 0 ? [...ids] : undefined;
  },
};

/** Sites and their zones, each site once. */
export const siteTimeZoneMap: Reader<ReadonlyMap<number, string>> = {
  allowed: "ids of sites with an IANA time zone each, such as 1234567=Europe/Berlin,1234568=UTC",
  read(text) {
    const zones = new Map<number, string>();
    for (const word of text.split(",").map((one) => one.trim()).filter((one) => one.length > 0)) {
      const parts = /^(\d+)\s*=\s*(.+)$/.exec(word);
      const siteId = parts === null ? 0 : Number(parts[1]);
      if (parts === null || siteId < 1 || !Number.isSafeInteger(siteId)) {
        return new Explained(`"${word}" is no site id with a time zone`);
      }
      const zone = readTimeZone(parts[2]);
      if (zone === null) return new Explained(`"${parts[2]}" is no time zone`);
      if (zones.has(siteId)) return new Explained(`site ${siteId} stands there twice`);
      zones.set(siteId, zone);
    }
    return zones.size > 0 ? zones : undefined;
  },
};

/** Types of data, each once; nothing for the word `none`. */
export const dataTypeList: Reader<readonly DataType[]> = {
  allowed: dataTypes.join(", "),
  read(text) {
    if (text.toLowerCase() === "none") return [];
    const chosen = new Set<DataType>();
    for (const word of words(text)) {
      const type = dataTypes.find((one) => one === word.toLowerCase().replaceAll("_", "-"));
      if (!type) {
        return new Explained(
          `"${word}" is no type of data; the nearest is ${nearestOf(word, dataTypes)}`,
        );
      }
      chosen.add(type);
    }
    return [...chosen];
  },
};

function words(text: string): string[] {
  return text.split(/[,\s]+/).filter((word) => word.length > 0);
}
