"""Tables that refer to each other, and sequences, made so that what ties them is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["shop", "visits"]


def shop(customers: int = 3_000, seed: int = 1) -> dict[str, pa.Table]:
    """Return customers, their orders and the items of these; each follows from those above.

    Older customers order more often and for more money, in their region's way; the items of an order cost
    about as much as its level says.
    """
    rng = np.random.default_rng(seed)
    region = rng.choice(["north", "south", "west"], customers, p=[0.5, 0.3, 0.2])
    age = np.clip(rng.normal(45, 14, customers), 18, 90).round().astype(int)
    plan = np.where(rng.random(customers) < 0.2 + 0.6 * (age > 50), "pro", "basic")
    signup = np.datetime64("2021-01-01") + rng.integers(0, 700, customers)
    rate = 0.5 + (age - 18) / 20 + 2.0 * (plan == "pro")
    orders = np.minimum(rng.poisson(rate), 30)
    owner = np.repeat(np.arange(customers), orders)
    count = len(owner)
    generous = rng.normal(0, 0.5, customers)
    level = 2.5 + 0.015 * age[owner] + 0.6 * (plan[owner] == "pro") + generous[owner]
    amount = np.exp(level + rng.normal(0, 0.4, count)).round(2)
    south = rng.random(count) < np.where(region[owner] == "south", 0.7, 0.2)
    channel = np.where(south, "shop", np.where(rng.random(count) < 0.5, "web", "phone"))
    day = signup[owner] + rng.integers(0, 400, count)
    pieces = 1 + np.minimum(rng.poisson(0.3 + np.sqrt(amount) / 6), 20)
    order = np.repeat(np.arange(count), pieces)
    price = np.maximum(0.5, amount[order] / pieces[order] * np.exp(rng.normal(0, 0.3, len(order)))).round(2)
    kinds = np.array(["book", "toy", "garden", "food"])
    shift = (channel[order] == "shop") * 2 + (price > 20)
    kind = kinds[(shift + (rng.random(len(order)) < 0.25)) % 4]
    return {
        "customers": pa.table(
            {
                "customer_id": np.arange(1, customers + 1),
                "region": region,
                "age": age,
                "plan": plan,
                "signup": pa.array(signup),
            }
        ),
        "orders": pa.table(
            {
                "order_id": np.arange(1, count + 1),
                "customer_id": owner + 1,
                "day": pa.array(day),
                "amount": amount,
                "channel": channel,
            }
        ),
        "items": pa.table(
            {
                "item_id": np.arange(1, len(order) + 1),
                "order_id": order + 1,
                "price": price,
                "kind": kind,
            }
        ),
    }


def visits(patients: int = 1_500, seed: int = 1) -> pa.Table:
    """Return visits of patients: a blood pressure that depends on the visit before, and a state."""
    rng = np.random.default_rng(seed)
    sex = rng.choice(["f", "m"], patients)
    birth = rng.integers(1940, 2000, patients)
    ill = rng.random(patients) < 0.2 + 0.01 * (2000 - birth)
    sizes = 2 + np.minimum(rng.poisson(4 + 6 * ill), 40)
    columns: dict[str, list[Any]] = {
        n: [] for n in ("patient_id", "sex", "birth", "date", "pressure", "state")
    }
    for patient, size in enumerate(sizes.tolist()):
        start = np.datetime64("2022-01-01") + int(rng.integers(0, 300))
        day = start + np.concatenate([[0], np.cumsum(1 + rng.poisson(20 - 10 * ill[patient], size - 1))])
        base = 120 + 15 * ill[patient] + 5 * (sex[patient] == "m")
        noise = rng.normal(0, 10)
        state = "worse" if ill[patient] and rng.random() < 0.6 else "well"
        for place in range(size):
            if place:
                noise = 0.7 * noise + np.sqrt(1 - 0.49) * rng.normal(0, 10)
                change = 0.1 if state == "well" else 0.25
                if rng.random() < change:
                    state = "worse" if state == "well" else "well"
            columns["pressure"].append(round(base + noise + 6 * (state == "worse") + 0.5 * place))
            columns["state"].append(state)
        columns["date"].extend(day.tolist())
        columns["patient_id"].extend([f"P-{patient + 1:05d}"] * size)
        columns["sex"].extend([sex[patient]] * size)
        columns["birth"].extend([int(birth[patient])] * size)
    return pa.table(columns)
