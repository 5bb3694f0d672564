// The page's own calls to the sandbox's server.

import { store } from "./store.js";

/** A refusal, as a sentence that may be shown. */
export class ApiError extends Error {}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError("The sandbox does not answer. Is it still running?");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(body.error || `The sandbox refused this (${response.status}).`);
  return body;
}

/** Reads `/page/{path}` with query parameters. */
export function get(path, query = {}) {
  const search = new URLSearchParams(query).toString();
  return call(`/page/${path}${search ? `?${search}` : ""}`);
}

/** Reads `/page/{path}` as the person acting. */
export function getAs(path, query = {}) {
  return get(path, { as: store.as, ...query });
}

export function post(path, body) {
  return call(`/page/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Posts to `/page/{path}` as the person acting. */
export function postAs(path, body) {
  return post(path, { as: store.as, ...body });
}

/** Uploads a file that the person acting puts into a form. Returns what the form keeps of it. */
export async function upload(file) {
  const query = new URLSearchParams({ as: store.as, name: file.name });
  return (await call(`/page/files?${query}`, { method: "POST", body: file })).file;
}

export function remove(path) {
  return call(`/page/${path}`, { method: "DELETE" });
}
