// What a client developer writes against the generated client; type-checked, then run against a real server.
import { client } from "./sdk/client.gen.js";
import { createToken, getCurrentBill, payBill, sendChatMessage } from "./sdk/index.js";

client.setConfig({ baseUrl: process.argv[2] ?? "http://localhost:8000" });

const login = await createToken({ body: { username: "musteri6@example.com", password: "demo-1234" } });
if (login.data === undefined) throw new Error(login.error.code);
const token: string = login.data.access_token;
client.setConfig({ auth: () => token });

const bill = await getCurrentBill({ body: {} });
if (bill.data === undefined) throw new Error(bill.error.error.code);
const amount: number = bill.data.data.amount;

const said = await sendChatMessage({ body: { message: "Faturam ne kadar?" } });
const text: string | undefined = said.data?.response;
const asked: "confirmation" | "clarification" | "step" | undefined = said.data?.pending?.kind;

// An unknown bill is refused in the documented form.
const refused = await payBill({ body: { method: "cash", bill_id: "F-0000" }, headers: { "idempotency-key": "ts" } });
const code: string | undefined = refused.error?.error.code;

console.log(JSON.stringify({ amount, text, asked, code }));
