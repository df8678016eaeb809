"""What the catalog service costs, and how its cost grows with its data.

python -m benchmarks.catalog load --url postgresql://… [--offers 1000000] [--people]
python -m benchmarks.catalog lists      a page of offers against the same SQL without GraphQL
python -m benchmarks.catalog hot        32 callers reserve one offer, against bare asyncpg
python -m benchmarks.catalog scale      every filter and order, at 10,000 and 1,000,000 offers
python -m benchmarks.catalog wide       counts, three filters, odd words, deep pages, own lists
"""
