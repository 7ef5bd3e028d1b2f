"""fragments.json: structures of molecules with rings, functional groups, solvents and ions, for the names of fragments.

Run by itself, with ase: python make-fragments.py. The names that the tests expect are written by hand.
"""
import json, numpy as np
from ase.build import molecule
from ase import Atoms
out={}
def put(name, atoms):
    out[name]=[[s]+[round(float(x),4) for x in p] for s,p in zip(atoms.get_chemical_symbols(),atoms.get_positions())]
for n,k in [('C6H6','benzene'),('C5H5N','pyridine'),('CH3CN','acetonitrile'),('CH3NO2','nitromethane'),('CH3COOH','acetic acid'),('CH3CHO','acetaldehyde'),('CH3CONH2','acetamide'),('HCOOCH3','methyl formate'),('C4H4NH','pyrrole'),('C4H4O','furan'),('C4H4S','thiophene'),('CH3CH2OCH3','methoxyethane'),('isobutane','isobutane'),('CH3SH','methanethiol'),('CH3CH2NH2','ethylamine'),('H2CCHCN','acrylonitrile'),('CH3COCH3','acetone'),('CH3CH2Cl','chloroethane'),('C2H6SO','dimethyl sulfoxide'),('H2O','water'),('CH3OH','methanol'),('HCOOH','formic acid')]:
    put(k, molecule(n))
def ring(subs, r=1.395):
    """Benzene with chains of (symbol, distance from the ring atom) or functions of frame."""
    s=[];p=[]
    for i,sub in enumerate(subs):
        a=i*np.pi/3; u=np.array([np.cos(a),np.sin(a),0]); v=np.array([-np.sin(a),np.cos(a),0]); w=np.array([0,0,1.])
        s.append('C');p.append(r*u)
        for sym,x,y,z in sub:
            s.append(sym);p.append((r+x)*u+y*v+z*w)
    return Atoms(s,p)
H=[('H',1.085,0,0)]; CN=[('C',1.44,0,0),('N',2.60,0,0)]; OH=[('O',1.36,0,0),('H',1.68,.90,0)]
NO2=[('N',1.47,0,0),('O',2.05,1.08,0),('O',2.05,-1.08,0)]; ME=[('C',1.51,0,0),('H',1.88,1.02,0),('H',1.88,-.51,.88),('H',1.88,-.51,-.88)]
COOH=[('C',1.48,0,0),('O',2.10,1.05,0),('O',2.18,-1.13,0),('H',3.14,-1.05,0)]; F=[('F',1.35,0,0)]; NH2=[('N',1.39,0,0),('H',1.89,.86,0.1),('H',1.89,-.86,0.1)]
CF3=[('C',1.50,0,0),('F',1.95,1.26,0),('F',1.95,-.63,1.09),('F',1.95,-.63,-1.09)]; CL=[('Cl',1.74,0,0)]
SO3H=[('S',1.77,0,0),('O',2.2,1.38,0),('O',2.2,-.69,1.2),('O',2.2,-.69,-1.2)]
put('benzonitrile',ring([CN,H,H,H,H,H])); put('4-nitrophenol',ring([OH,H,H,NO2,H,H])); put('toluene',ring([ME,H,H,H,H,H]))
put('benzoic acid',ring([COOH,H,H,H,H,H])); put('pentafluoroaniline',ring([NH2,F,F,F,F,F])); put('benzotrifluoride',ring([CF3,H,H,H,H,H]))
put('1,2-dichlorobenzene',ring([CL,CL,H,H,H,H])); put('benzenesulfonate',ring([SO3H,H,H,H,H,H]))
CO=[('O',1.22,0,0)]; CH2=[('H',.63,0,.89),('H',.63,0,-.89)]
put('cyclohexane-1,2-dione',ring([CO,CO,CH2,CH2,CH2,CH2],r=1.5))
# biphenyl
a=ring([[],H,H,H,H,H]); b=a.copy(); b.rotate(180,'z'); b.translate([2*1.395+1.49,0,0]); put('biphenyl',a+b)
# naphthalene, pyrazine, pyrimidine, imidazole
d=1.40
h=[( -d*np.sqrt(3)/2*2, d/2),( -d*np.sqrt(3)/2*2,-d/2),(-d*np.sqrt(3)/2,d),(-d*np.sqrt(3)/2,-d),(0,d/2),(0,-d/2),(d*np.sqrt(3)/2,d),(d*np.sqrt(3)/2,-d),(d*np.sqrt(3),d/2),(d*np.sqrt(3),-d/2)]
s=['C']*10; p=[(x,y,0) for x,y in h]
for i in (0,1,2,3,6,7,8,9):
    x,y=h[i]; cx=-d*np.sqrt(3)/2 if x<0 else d*np.sqrt(3)/2
    n=np.hypot(x-cx,y); s.append('H'); p.append((x+(x-cx)/n*1.085,y+y/n*1.085,0))
put('naphthalene',Atoms(s,p))
def hetero(n, r, symbols):
    s=[];p=[]
    for i,sym in enumerate(symbols):
        a=2*np.pi*i/n; u=np.array([np.cos(a),np.sin(a),0]); s.append(sym[0]);p.append(r*u)
        if len(sym)>1: s.append('H');p.append((r+1.05)*u)
    return Atoms(s,p)
put('pyrazine',hetero(6,1.37,['N','CH','CH','N','CH','CH'])); put('pyrimidine',hetero(6,1.37,['N','CH','N','CH','CH','CH'])); put('imidazole',hetero(5,1.16,['NH','CH','N','CH','CH'])); put('pyrazole',hetero(5,1.16,['NH','N','CH','CH','CH']))
# ions and solvents side by side
def octa(c,x,r): 
    return Atoms([c]+[x]*6,[(0,0,0)]+[(r,0,0),(-r,0,0),(0,r,0),(0,-r,0),(0,0,r),(0,0,-r)])
t=np.array([(1,1,1),(1,-1,-1),(-1,1,-1),(-1,-1,1)])/np.sqrt(3)
bf4=Atoms('BF4',[(0,0,0)]+[tuple(1.41*x) for x in t]); clo4=Atoms('ClO4',[(0,0,0)]+[tuple(1.46*x) for x in t])
def at(a,x): b=a.copy(); b.translate([x,0,0]); return b
put('salts', octa('P','F',1.60)+at(Atoms('Li',[(0,0,0)]),6)+at(bf4,12)+at(Atoms('Na',[(0,0,0)]),18)+at(clo4,24)+at(molecule('H2O'),30)+at(molecule('CH3CN'),36)+at(molecule('H2O'),42)+at(molecule('CH3COCH3'),48)+at(molecule('C2H6SO'),54))
text='{"source": "Structures of the G2 set as in ASE (ase.build.molecule); rings, ions and their substituents with usual bond lengths. Angstrom.",\n "molecules": {\n'+",\n".join(f'  {json.dumps(k)}: {json.dumps(v)}' for k,v in out.items())+'\n}}\n'
open('fragments.json','w').write(text)
