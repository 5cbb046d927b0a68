from pathlib import Path
import pytest, orjson
from tests.bot.runtime.played import played, PlayedRequest
from storage.database import Database

@pytest.mark.parametrize("staff",[True,False])
async def test_t(tmp_path, staff, monkeypatch):
    db = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/a.db")
    log=[]
    orig = PlayedRequest.call
    async def call(self,url,params,**k):
        r= await orig(self,url,params,**k)
        log.append(("CALL",url.rpartition("/")[2],{a:(b if len(str(b))<150 else str(b)[:150]) for a,b in params.items() if a!="reply_markup"}, "KB" if params.get("reply_markup") else "", r))
        return r
    monkeypatch.setattr(PlayedRequest,"call",call)
    async with played(db,tmp_path,1,with_staff=staff) as p:
        orig2=p.worker._answer if hasattr(p.worker,'_answer') else None
        p.worker._answer = lambda a: log.append(("ANSWER",a))
        while True:
            for u in p.request.updates:
                m=u.get("message"); 
                log.append(("UPDATE", m["text"] if m else u["callback_query"]["data"]))
            if not await p.round(): break
        print()
        for l in log: print(l)
        print(p.player.done,p.request.calls)
    await db.close()
