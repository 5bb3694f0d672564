// The address keeps who acts and what is open: #as=U1&in=C2&tab=home&thread=…

/** What the address says now; a missing part is null. */
export function readRoute() {
  const params = new URLSearchParams(location.hash.slice(1));
  return { as: params.get("as"), in: params.get("in"), tab: params.get("tab"), thread: params.get("thread") };
}

/** The address of a place, to use as a link. */
export function routeTo(parts) {
  const params = new URLSearchParams();
  for (const name of ["as", "in", "tab", "thread"]) {
    if (parts[name]) params.set(name, parts[name]);
  }
  return `#${params}`;
}

/** Goes to a place; the parts not named stay unless `in` or `as` changes. */
export function go(parts) {
  const here = readRoute();
  const base = "as" in parts ? {} : "in" in parts ? { as: here.as } : here;
  location.hash = routeTo({ ...base, ...parts });
}
