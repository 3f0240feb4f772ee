// Calls to a partner with axios. For each user an interceptor is added that signs requests, to the one client for all.
"use strict";

const axios = require("axios");

const client = axios.create({
  baseURL: "http://partner.example",
  adapter: async (config) => ({ data: { ok: true }, status: 200, statusText: "OK", headers: {}, config }),
});

class Credentials {
  constructor(user) {
    this.user = user;
    this.token = Buffer.from(`${user}:${"x".repeat(30)}`).toString("base64");
    this.scopes = ["orders:read", "orders:write"];
  }
}

async function ordersOf(user) {
  const credentials = new Credentials(user);
  client.interceptors.request.use((config) => {
    if (config.params?.user === credentials.user) config.headers.authorization = credentials.token;
    return config;
  });
  const { data } = await client.get("/orders", { params: { user } });
  return data.ok;
}

exports.round = async (number) => {
  for (let request = 0; request < 12; request++) await ordersOf(`user-${number}-${request}`);
};
