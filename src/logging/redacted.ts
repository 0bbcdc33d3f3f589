/** What a log line may hold: plain JSON. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain };

/** Deeper than any fact goes; what lies below is named, not shown. */
const deepest = 8;

/**
 * A copy of any value as plain JSON in which `redact` has gone over every text: names and values,
 * nested, and the message, stack, fields and cause of errors (fetch puts the whole address, key and
 * all, into a cause). Never throws.
 */
export function redacted(value: unknown, redact: (text: string) => string): Plain {
  const above = new Set<object>();

  function plain(one: unknown): Plain {
    switch (typeof one) {
      case "string":
        return redact(one);
      case "number":
        return Number.isFinite(one) ? one : String(one);
      case "boolean":
        return one;
      case "bigint":
        return String(one);
      case "object":
        return one === null ? null : nested(one);
      case "undefined":
        return null;
      default:
        return `[${typeof one}]`;
    }
  }

  function nested(one: object): Plain {
    if (above.has(one)) return "[circular]";
    if (above.size >= deepest) return "[deeper]";
    above.add(one);
    try {
      if (one instanceof Error) return fields(errorFields(one));
      if (ArrayBuffer.isView(one)) return `[${one.byteLength} bytes]`;
      if (Array.isArray(one) || one instanceof Set) return [...one].map(plain);
      if (one instanceof Map) return [...one].map(plain);
      if ("toJSON" in one && typeof one.toJSON === "function") return plain(one.toJSON());
      return fields(Object.entries(one));
    } catch {
      return "[unreadable]";
    } finally {
      above.delete(one);
    }
  }

  function fields(entries: readonly (readonly [string, unknown])[]): Plain {
    return Object.fromEntries(entries.map(([name, one]) => [redact(name), plain(one)]));
  }

  return plain(value);
}

function errorFields(error: Error): [string, unknown][] {
  const { name, message, stack, cause } = error;
  const properties: Record<string, unknown> = { name, message };
  Object.assign(properties, error, { stack });
  if (cause !== undefined) properties.cause = cause;
  if (error instanceof AggregateError) properties.errors = error.errors;
  return Object.entries(properties);
}
