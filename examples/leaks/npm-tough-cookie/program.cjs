// A crawler with one cookie jar for all sites. Each visit gets a cookie of its own, and the jar has no limit.
"use strict";

const { CookieJar } = require("tough-cookie");

const jar = new CookieJar();
const visited = { pages: 0 };

async function visit(site, page) {
  const url = `http://${site}/pages/${page}`;
  await jar.getCookies(url);
  await jar.setCookie(`visit_${page}=${page * 7}; Path=/; Max-Age=86400`, url);
  await jar.setCookie(`theme=dark; Path=/`, url);
  visited.pages++;
}

exports.round = async (number) => {
  for (let page = 0; page < 40; page++) await visit(`site${page % 5}.example`, number * 40 + page);
};
