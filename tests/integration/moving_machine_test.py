"""A machine whose address changes under a daemon that listens on all of them: the others follow within seconds.

Each daemon is a machine of its own: a network namespace on a common switch.
"""

import pathlib
import shutil
import tempfile
import time
import unittest

from harness import seeded_random, wait_for
from machines import Machine, make_switch

MACHINES = 8
FOLLOW_DEADLINE_S = 15  # generous on a busy machine; it takes about one second


class MovingMachine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        seeded_random()
        cls.switch = make_switch()
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="p2pns-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.addClassCleanup(cls.switch.close)
        cls.machines = []
        for index in range(MACHINES):
            seeds = [machine.endpoint for machine in cls.machines[:3]]
            # One of them listens on all addresses of both families; its peers have IPv4 only.
            machine = Machine(cls.directory, cls.switch, index, seeds, "[::]" if index == 5 else "0.0.0.0")
            cls.machines.append(machine)
            cls.addClassCleanup(machine.stop)
        for machine in cls.machines:
            machine.start()
        for machine in cls.machines:
            machine.wait_joined(known_nodes=MACHINES - 1)

    def dht_writes(self):
        return sum(machine.status()["dht_writes"] for machine in self.machines)

    def test_nodes_learn_their_address_from_others(self):
        for machine in self.machines:
            wait_for(f"{machine.endpoint} to know itself",
                     lambda machine=machine: machine.status()["observed_address"] == machine.endpoint)

    def test_a_bare_name_has_its_machines_address_everywhere(self):
        for index in (1, 5):
            name = f"bare{index}.p2p"
            self.assertEqual(self.machines[index].register(name)[0], 201)
            for reader in self.machines:
                self.assertEqual(reader.dig([(name, "A")]), {(name, "A"): [self.machines[index].machine_address]})

    def check_following(self, index, new_address):
        owner = self.machines[index]
        name = f"nomad{index}.p2p"
        self.assertEqual(owner.register(name, [{"type": "TXT", "data": '"still me"'}])[0], 201)
        readers = [machine for machine in self.machines if machine is not owner]
        for reader in readers:
            self.assertEqual(reader.address_of(name), owner.machine_address)
        before = self.dht_writes()

        owner.move_to(new_address)
        started = time.monotonic()
        for reader in readers:
            wait_for(f"{reader.endpoint} to follow", lambda reader=reader: reader.address_of(name) == owner.machine_address,
                     FOLLOW_DEADLINE_S)
        wait_for("the node to know its new address", lambda: owner.status()["observed_address"] == owner.endpoint,
                 FOLLOW_DEADLINE_S)
        print(f"all followed after {time.monotonic() - started:.1f} s", flush=True)
        self.assertIn("an address of this machine changed", owner.log.read_text())
        self.assertEqual(self.dht_writes(), before, "a new address is no business of the DHT")

    def test_the_others_follow_a_machine_to_a_new_address(self):
        self.check_following(3, "10.99.0.103")

    def test_the_others_follow_a_machine_that_listens_on_both_families(self):
        self.check_following(5, "10.99.0.105")

    def test_the_others_follow_a_seed(self):
        self.check_following(0, "10.99.0.100")


if __name__ == "__main__":
    unittest.main(verbosity=2)
