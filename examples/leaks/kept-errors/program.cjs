// A gateway that remembers the errors of a day for a report: the errors themselves, with stack, cause and request.
"use strict";

class UpstreamError extends Error {
  constructor(message, request, options) {
    super(message, options);
    this.name = "UpstreamError";
    this.request = request;
  }
}

class Report {
  constructor() {
    this.byCode = { 502: [], 503: [], 504: [] };
    this.requests = 0;
  }

  add(code, error) {
    this.byCode[code].push(error);
  }
}

const report = new Report();

function forward(request) {
  report.requests++;
  if (request.id % 4 !== 0) return { status: 200 };
  try {
    JSON.parse(request.body);
    return { status: 200 };
  } catch (cause) {
    const code = 502 + (request.id % 3);
    report.add(code, new UpstreamError(`upstream failed for ${request.path}`, request, { cause }));
    return { status: code };
  }
}

exports.round = (number) => {
  for (let id = 0; id < 300; id++) {
    forward({
      id,
      path: `/orders/${number}/${id}`,
      body: `{"id": ${id},`,
      headers: { host: "example.org", accept: "*/*" },
    });
  }
};
