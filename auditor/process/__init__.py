"""What one process of the program needs: files, memory, interruption, and what a crash leaves.

It knows nothing of audits.
"""
