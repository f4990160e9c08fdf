// SPDX-License-Identifier: GPL-2.0-only
/* Delivery: a worker that takes events from the queue to the daemon's socket, and tells bystanders. */
#include "deliver.h"
#include "event.h"
#include "netlink.h"
#include "queue.h"
#include "work.h"

#include <linux/irq_work.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

static u32
	subscriber; /* port id; READ_ONCE/WRITE_ONCE, cleared by cmpxchg when its socket has gone */
static bool telling; /* the family is registered, so its groups are ours */
static struct kpol_event *scratch; /* the worker's own */

static void deliver(struct work_struct *work);
static DECLARE_DELAYED_WORK(deliver_work, deliver);

/* Hooks may hold locks under which a workqueue may not be woken: go through an interrupt. */
static void kick(struct irq_work *work)
{
	mod_delayed_work(kpol_work, &deliver_work, 0);
}
static DEFINE_IRQ_WORK(kick_work, kick);

bool kpol_deliver_has_bystanders(void)
{
	return READ_ONCE(telling) && genl_has_listeners(&kpol_family, &init_net, KPOL_GROUP_EVENT);
}

void kpol_deliver_kick(void)
{
	if (READ_ONCE(subscriber) || kpol_deliver_has_bystanders())
		irq_work_queue(&kick_work);
}

static int put_task(struct sk_buff *skb, const struct kpol_event *e)
{
	if (!e->has_task)
		return 0;
	return nla_put_u32(skb, KPOL_A_EVENT_PID, e->pid) ||
	       nla_put_u32(skb, KPOL_A_EVENT_TGID, e->tgid) ||
	       nla_put_u32(skb, KPOL_A_EVENT_PPID, e->ppid) ||
	       nla_put_u32(skb, KPOL_A_EVENT_UID, e->uid) ||
	       nla_put_string(skb, KPOL_A_EVENT_COMM, e->comm);
}

static int put_peer(struct sk_buff *skb, const struct kpol_event *e)
{
	if (e->class != KPOL_CLASS_NETWORK)
		return 0;
	if (nla_put_u32(skb, KPOL_A_EVENT_FAMILY, e->family) ||
	    nla_put_u32(skb, KPOL_A_EVENT_SOCKTYPE, e->socktype) ||
	    nla_put_u32(skb, KPOL_A_EVENT_PROTOCOL, e->protocol) ||
	    nla_put_u32(skb, KPOL_A_EVENT_PORT, e->port))
		return -EMSGSIZE;
	return e->has_addr ? nla_put(skb, KPOL_A_EVENT_ADDR, e->family == AF_INET ? 4 : 16, e->addr)
			   : 0;
}

static int put_event(struct sk_buff *skb, const struct kpol_event *e)
{
	if (nla_put_u64_64bit(skb, KPOL_A_EVENT_SEQ, e->seq, KPOL_A_EVENT_PAD) ||
	    nla_put_u64_64bit(skb, KPOL_A_EVENT_TIME, e->time, KPOL_A_EVENT_PAD) ||
	    nla_put_u64_64bit(skb, KPOL_A_EVENT_GENERATION, e->generation, KPOL_A_EVENT_PAD) ||
	    nla_put_u64_64bit(skb, KPOL_A_EVENT_CGROUP, e->cgroup, KPOL_A_EVENT_PAD) ||
	    nla_put_u32(skb, KPOL_A_EVENT_VERDICT, e->verdict) ||
	    nla_put_u32(skb, KPOL_A_EVENT_REASON, e->reason) ||
	    nla_put_u32(skb, KPOL_A_EVENT_CLASS, e->class) ||
	    nla_put_u32(skb, KPOL_A_EVENT_OP, e->op) ||
	    nla_put_u32(skb, KPOL_A_EVENT_COUNT, e->count) ||
	    nla_put_u32(skb, KPOL_A_EVENT_SCOPE, e->scope) ||
	    nla_put_u32(skb, KPOL_A_EVENT_RULE, e->rule) ||
	    nla_put_u32(skb, KPOL_A_EVENT_POLICY, e->policy) ||
	    nla_put_u32(skb, KPOL_A_EVENT_LINE, e->line))
		return -EMSGSIZE;
	if (put_task(skb, e) || put_peer(skb, e))
		return -EMSGSIZE;
	if ((e->object_len && nla_put(skb, KPOL_A_EVENT_OBJECT, e->object_len + 1, e->object)) ||
	    (e->source_len && nla_put(skb, KPOL_A_EVENT_SOURCE, e->source_len + 1, e->source)))
		return -EMSGSIZE;
	return e->cut ? nla_put_flag(skb, KPOL_A_EVENT_CUT) : 0;
}

/* Return: the message, or ERR_PTR(-ENOMEM). */
static struct sk_buff *make_message(const struct kpol_event *event)
{
	struct sk_buff *skb = genlmsg_new(sizeof(*event) + 512, GFP_KERNEL);
	void *header;

	if (!skb)
		return ERR_PTR(-ENOMEM);
	header = genlmsg_put(skb, 0, 0, &kpol_family, 0, KPOL_CMD_EVENT_NTF);
	if (WARN_ON_ONCE(!header || put_event(skb, event))) {
		nlmsg_free(skb);
		return ERR_PTR(-EMSGSIZE); /* cannot happen: the buffer is larger than any event */
	}
	genlmsg_end(skb, header);
	return skb;
}

/* Return: 0: gone out; -EAGAIN: later; else nobody is there. */
static int send_event(const struct kpol_event *event, u32 portid)
{
	struct sk_buff *skb = make_message(event);

	if (IS_ERR(skb))
		return PTR_ERR(skb) == -ENOMEM ? -EAGAIN : 0;
	return genlmsg_unicast(&init_net, skb, portid);
}

/* Whoever does not keep up, or is not told for want of memory, sees that by the number of the next. */
static void tell_bystanders(const struct kpol_event *event)
{
	struct sk_buff *skb = make_message(event);

	if (!IS_ERR(skb))
		genlmsg_multicast(&kpol_family, skb, 0, KPOL_GROUP_EVENT, GFP_KERNEL);
	else
		genl_set_err(&kpol_family, &init_net, 0, KPOL_GROUP_EVENT, -ENOBUFS);
}

/* An event stays in the queue until the daemon's socket has taken it; a slow reader is asked again. */
static void deliver(struct work_struct *work)
{
	u32 portid;
	int err;

	while (READ_ONCE(telling) && kpol_queue_tell(scratch)) {
		tell_bystanders(scratch);
		cond_resched();
	}
	while ((portid = READ_ONCE(subscriber)) && kpol_queue_peek(scratch)) {
		err = send_event(scratch, portid);
		if (err == -EAGAIN) {
			queue_delayed_work(kpol_work, &deliver_work, HZ / 50 + 1);
			return;
		}
		if (err) {
			kpol_deliver_forget(portid);
			return;
		}
		if (kpol_queue_pop(scratch) && READ_ONCE(telling))
			tell_bystanders(scratch);
		cond_resched();
	}
}

void kpol_deliver_open(void)
{
	WRITE_ONCE(telling, true);
}

void kpol_deliver_close(void)
{
	WRITE_ONCE(telling, false);
	flush_delayed_work(&deliver_work);
}

void kpol_deliver_subscribe(u32 portid)
{
	WRITE_ONCE(subscriber, portid);
	kpol_deliver_kick();
}

void kpol_deliver_forget(u32 portid)
{
	cmpxchg(&subscriber, portid, 0);
}

u32 kpol_deliver_subscriber(void)
{
	return READ_ONCE(subscriber);
}

int kpol_deliver_init(void)
{
	scratch = kvzalloc(sizeof(*scratch), GFP_KERNEL);
	return scratch ? 0 : -ENOMEM;
}

void kpol_deliver_exit(void)
{
	WRITE_ONCE(subscriber, 0);
	irq_work_sync(&kick_work);
	cancel_delayed_work_sync(&deliver_work);
	kvfree(scratch);
}
